import { copyFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type {
  Deployment,
  HorizontalPodAutoscaler,
  Node,
  Pod,
  PodDisruptionBudget,
} from '../../src/model/kubernetes/objects.ts'
import { kubeconfigPath } from './harness/control-plane.ts'
import { CONTROL_PLANE, createIn, freshNamespace, get, kubectl, runScript } from './harness/kubectl.ts'
import { addNodes, remove, setSchedulable, waitUntilStable } from './harness/nodes.ts'
import { APART, autoscaler, barePod, budget, deployment, EMPTY_DIR } from './harness/objects.ts'

const isCordoned = (name: string): boolean =>
  get<Node>('nodes').some(({ metadata, spec }) => metadata.name === name && spec?.unschedulable === true)

const podsOn = (namespace: string, node: string): number =>
  get<Pod>('pods', namespace).filter(({ spec }) => spec?.nodeName === node).length

/** Makes nodes and objects, hands over the runbook for some of the nodes, and cleans up. */
async function withRunbook(
  { open, drain, objects, pods, flags = [] }: RunbookCase,
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
    const { stdout, stderr } = kubectl(['drain-plan', ...drain.map(node), ...flags, '-o', 'runbook'])
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
  /** Of kubectl drain, or of the plan. */
  readonly flags?: readonly string[]
}

/** The script with the changes accepted whose titles match. */
function accepting(script: string, title: RegExp): string {
  const numbers = [...script.matchAll(/^# Change (\d+)\b(.*)$/gm)].flatMap(([, number, text = '']) =>
    title.test(text) ? number : [],
  )
  if (numbers.length === 0) throw new Error(`no change is ${title}:\n${script}`)
  return script.replace(/^changes=.*$/m, `changes='${numbers.join(' ')}'`)
}

const withWork = (script: string, work: string): string =>
  script.replace(/^work_on\(\) .*$/m, `work_on() { ${work}; }`)

/** What one command can't drain, because each replica needs the node of the other. */
const inTwoWaves: RunbookCase = {
  open: ['a', 'b'],
  drain: ['a', 'b'],
  objects: [deployment(2, { spec: APART }), budget({ minAvailable: 1 })],
  pods: 2,
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
    withRunbook(inTwoWaves, async (script, _namespace, node) => {
      const { code, stdout } = runScript(script)
      expect(code).toBe(0)
      expect(stdout).toContain(`node/${node('a')} drained`)
      expect(stdout).toContain(`node/${node('b')} drained`)
      expect([isCordoned(node('a')), isCordoned(node('b'))]).toEqual([false, false])
    }))

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

  test('with flags that switch something on, as they were typed', () =>
    withRunbook(
      {
        open: ['a'],
        drain: ['a'],
        flags: ['--ignore-daemonsets', '--delete-emptydir-data', '--pod-selector=app in (w,d)'],
        objects: [deployment(2, { spec: EMPTY_DIR }), barePod('other', {}, { app: 'other' })],
        pods: 3,
      },
      async (script, namespace, node) => {
        expect(runScript(script).code).toBe(0)
        const left = get<Pod>('pods', namespace).filter(({ spec }) => spec?.nodeName === node('a'))
        expect(left.map(({ metadata }) => metadata.name)).toEqual(['other'])
      },
    ))

  test('with the flags that a pod without a controller needs, once they are accepted', () =>
    withRunbook(
      { open: ['a'], drain: ['a'], objects: [barePod('alone')], pods: 1 },
      async (script, namespace, node) => {
        const stopped = runScript(script)
        expect([stopped.code, podsOn(namespace, node('a'))]).toEqual([1, 1])
        expect(runScript(accepting(script, /--force/)).code).toBe(0)
        expect([podsOn(namespace, node('a')), isCordoned(node('a'))]).toEqual([0, false])
      },
    ))

  const needed = [deployment(1), budget({ minAvailable: 1 })]
  const replicasOf = (namespace: string) =>
    get<Deployment>('deployments', namespace).map(({ spec, status }) => [
      spec?.replicas,
      status?.readyReplicas,
    ])

  test('makes one replica more, drains, and takes it away again', () =>
    withRunbook({ open: ['a'], drain: ['a'], objects: needed, pods: 1 }, async (script, namespace, node) => {
      const { code, stdout } = runScript(accepting(script, /Scale Deployment/))
      expect(code).toBe(0)
      expect(stdout.indexOf('scaled')).toBeLessThan(stdout.indexOf('drained'))
      expect(podsOn(namespace, node('a'))).toBe(0)
      await waitUntilStable(namespace, 1)
      expect(replicasOf(namespace)).toEqual([[1, 1]])
    }))

  test('raises the bounds of an autoscaler, drains, and puts them back', () =>
    withRunbook(
      {
        open: ['a'],
        drain: ['a'],
        objects: [autoscaler({ minReplicas: 1, maxReplicas: 3 }), ...needed],
        pods: 1,
      },
      async (script, namespace, node) => {
        const boundsOf = () =>
          get<HorizontalPodAutoscaler>('hpa', namespace).map(({ spec }) => [
            spec?.minReplicas,
            spec?.maxReplicas,
          ])
        expect(runScript(accepting(script, /HorizontalPodAutoscaler/)).code).toBe(0)
        expect([podsOn(namespace, node('a')), boundsOf()]).toEqual([0, [[1, 3]]])
      },
    ))

  test('does the work on every node, on those of the last wave, too', () =>
    withRunbook(inTwoWaves, async (script, _namespace, node) => {
      expect(runScript(withWork(script, 'kubectl annotate node "$1" worked-on=cordoned')).code).toBe(0)
      const worked = get<Node>('nodes').filter(({ metadata }) => metadata.annotations?.['worked-on'])
      expect(worked.map(({ metadata }) => metadata.name).sort()).toEqual(['a', 'b'].map(node))
    }))

  test('takes nodes away for good', () =>
    withRunbook(
      { open: ['a'], drain: ['a'], flags: ['--wave-mode=removed'], objects: [deployment(2)], pods: 2 },
      async (script, namespace, node) => {
        expect(runScript(withWork(script, 'kubectl delete node "$1"')).code).toBe(0)
        expect(get<Node>('nodes').some(({ metadata }) => metadata.name === node('a'))).toBe(false)
        await waitUntilStable(namespace, 2)
        expect(podsOn(namespace, node('b'))).toBe(2)
      },
    ))

  test('goes through the nodes that drain as things are, and stops before the one that does not', () =>
    withRunbook({ ...blocking, drain: ['a', 'b'] }, async (script, namespace, node) => {
      const stopped = runScript(script)
      expect(stopped.code).toBe(1)
      expect([stopped.stdout.includes(`node/${node('b')} drained`), podsOn(namespace, node('a'))]).toEqual([
        true,
        2,
      ])
      const { code, stdout } = runScript(accepting(script, /do without/))
      expect([code, stdout.includes(`node/${node('b')} drained`)]).toEqual([0, false])
      expect([isCordoned(node('a')), isCordoned(node('b'))]).toEqual([false, false])
    }))

  test('on the cluster of a kubeconfig whose path needs quotes', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'runbook-')), "somebody's own.kubeconfig")
    copyFileSync(kubeconfigPath(CONTROL_PLANE, 'admin'), path)
    return withRunbook(
      { open: ['a'], drain: ['a'], flags: [`--kubeconfig=${path}`], objects: [deployment(1)], pods: 1 },
      async (script, namespace, node) => {
        const { code, stdout } = runScript(`unset KUBECONFIG\n${script}`)
        expect([code, stdout.includes(`node/${node('a')} drained`)]).toEqual([0, true])
        expect(podsOn(namespace, node('a'))).toBe(0)
      },
    )
  })
})
