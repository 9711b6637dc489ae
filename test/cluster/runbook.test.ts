import { describe, expect, test } from '@jest/globals'
import type { Node, Pod } from '../../src/model/kubernetes/objects.ts'
import { createIn, freshNamespace, get, kubectl, runScript } from './harness/kubectl.ts'
import { addNodes, remove, setSchedulable, waitUntilStable } from './harness/nodes.ts'
import { APART, budget, deployment } from './harness/objects.ts'

const isCordoned = (name: string): boolean =>
  get<Node>('nodes').some(({ metadata, spec }) => metadata.name === name && spec?.unschedulable === true)

const podsOn = (namespace: string, node: string): number =>
  get<Pod>('pods', namespace).filter(({ spec }) => spec?.nodeName === node).length

/** Makes nodes and objects, hands over the runbook for some of the nodes, and cleans up. */
async function withRunbook(
  { open, drain, objects, pods }: RunbookCase,
  then: (script: string, namespace: string, node: (letter: string) => string) => Promise<void>,
): Promise<void> {
  const namespace = await freshNamespace('runbook')
  const node = (letter: string) => `${namespace}-${letter}`
  const nodes = ['a', 'b'].map(node)
  const shut = nodes.filter((name) => !open.map(node).includes(name))
  try {
    await addNodes(nodes)
    await setSchedulable(shut, false)
    createIn(namespace, ...objects)
    await waitUntilStable(namespace, pods)
    await setSchedulable(shut, true)
    const { stdout, stderr } = kubectl(['drain-plan', ...drain.map(node), '-o', 'runbook'])
    expect(stderr).toBe('')
    await then(stdout, namespace, node)
  } finally {
    remove(namespace, nodes)
  }
}

interface RunbookCase {
  /** Nodes that take pods while the objects are made. */
  readonly open: readonly string[]
  readonly drain: readonly string[]
  readonly objects: readonly object[]
  readonly pods: number
}

describe('a runbook, run by bash with the real kubectl', () => {
  test('drains a node, and waits for the replacements', () =>
    withRunbook(
      { open: ['a'], drain: ['a'], objects: [deployment(2), budget({ minAvailable: 1 })], pods: 2 },
      async (script, namespace, node) => {
        expect(script).toContain('rollout status deployment/w')
        const { code, stderr } = runScript(script)
        expect([code, stderr.replace(/error when evicting[^\n]*\n/g, '')]).toEqual([0, ''])
        expect(podsOn(namespace, node('a'))).toBe(0)
        expect(isCordoned(node('a'))).toBe(true)
      },
    ))

  test('drains in two waves what one command can not', () =>
    withRunbook(
      {
        open: ['a', 'b'],
        drain: ['a', 'b'],
        objects: [deployment(2, { spec: APART }), budget({ minAvailable: 1 })],
        pods: 2,
      },
      async (script, _namespace, node) => {
        const { code, stdout } = runScript(script)
        expect(code).toBe(0)
        expect(stdout).toContain(`node/${node('a')} drained`)
        expect(stdout).toContain(`node/${node('b')} drained`)
        expect([isCordoned(node('a')), isCordoned(node('b'))]).toEqual([false, true])
      },
    ))

  test('stops before a node that does not drain, and drains it with a proven fix uncommented', () =>
    withRunbook(
      { open: ['a'], drain: ['a'], objects: [deployment(2), budget({ maxUnavailable: 0 })], pods: 2 },
      async (script, namespace, node) => {
        const stopped = runScript(script)
        expect(stopped.code).toBe(1)
        expect(stopped.stderr).toContain('does not drain')
        expect(podsOn(namespace, node('a'))).toBe(2)
        const fixed = script.replace(/^# (kubectl patch pdb .*)$/m, '$1')
        expect(fixed).not.toBe(script)
        expect(runScript(fixed).code).toBe(0)
        expect(podsOn(namespace, node('a'))).toBe(0)
      },
    ))
})
