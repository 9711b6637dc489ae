import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Node, Pod, PodDisruptionBudget } from '../../src/model/kubernetes/objects.ts'
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
    // A file of its own for each cluster.
    const progress = `progress=${join(mkdtempSync(join(tmpdir(), 'runbook-')), 'progress')}`
    await then(stdout.replace(/^progress=.*$/m, progress), namespace, node)
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
        expect(isCordoned(node('a'))).toBe(false)
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
        expect([isCordoned(node('a')), isCordoned(node('b'))]).toEqual([false, false])
      },
    ))

  const blocking: RunbookCase = {
    open: ['a'],
    drain: ['a'],
    objects: [deployment(2), budget({ maxUnavailable: 0 })],
    pods: 2,
  }
  const specOf = (namespace: string) => get<PodDisruptionBudget>('pdb', namespace).map(({ spec }) => spec)

  test('stops before a node that does not drain, drains it with a change accepted, and puts that back', () =>
    withRunbook(blocking, async (script, namespace, node) => {
      const before = specOf(namespace)
      const stopped = runScript(script)
      expect(stopped.code).toBe(1)
      expect(stopped.stderr).toContain('does not drain')
      expect(podsOn(namespace, node('a'))).toBe(2)
      const accepted = script.replace("changes=''", 'changes=1')
      expect(accepted).not.toBe(script)
      expect(runScript(accepted).code).toBe(0)
      expect(podsOn(namespace, node('a'))).toBe(0)
      expect(isCordoned(node('a'))).toBe(false)
      expect(specOf(namespace)).toEqual(before)
    }))

  test('interrupted in the middle, it goes on where it was', () =>
    withRunbook(blocking, async (script, namespace, node) => {
      const before = specOf(namespace)
      const accepted = script.replace("changes=''", 'changes=1')
      const broken = accepted.replace('echo "node $1 is drained; nothing is done to it"', 'false')
      const first = runScript(broken)
      expect([first.code, first.stderr.includes('run it again to go on')]).toEqual([1, true])
      expect([isCordoned(node('a')), specOf(namespace)]).not.toEqual([false, before])
      const { code, stdout } = runScript(accepted)
      expect(code).toBe(0)
      expect(stdout.split('== put back')[0]).not.toContain('patched')
      expect([isCordoned(node('a')), specOf(namespace)]).toEqual([false, before])
    }))

  test('interrupted in the middle, it takes back what it has changed', () =>
    withRunbook(blocking, async (script, namespace, node) => {
      const before = specOf(namespace)
      const accepted = script.replace("changes=''", 'changes=1')
      expect(
        runScript(accepted.replace('echo "node $1 is drained; nothing is done to it"', 'false')).code,
      ).toBe(1)
      expect(runScript(accepted.replace('set -euo pipefail', 'set -euo pipefail\nset -- --undo')).code).toBe(
        0,
      )
      expect([isCordoned(node('a')), specOf(namespace)]).toEqual([false, before])
    }))
})
