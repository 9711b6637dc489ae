import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { DrainPlan } from '../../src/drain/types.ts'
import type { Fix } from '../../src/model/finding.ts'
import type { Deployment, KubeObject } from '../../src/model/kubernetes.ts'
import { create, freshNamespace, get, kubectl, mustKubectl } from './harness/kubectl.ts'
import { addNodes, quiesce, remove, setSchedulable } from './harness/nodes.ts'
import { eventually } from './harness/processes.ts'

const FAILURES = join('test', 'corpus', 'failures')

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

/** The fixes of a report on a recording, as the command prints them. */
function fixesOf(plugin: string, path: string): readonly Fix[] {
  const { stdout } = kubectl([plugin, '-f', path, '-o', 'json'])
  const { findings, incidents } = JSON.parse(stdout) as Record<string, { fixes: readonly Fix[] }[] | undefined>
  return (findings ?? incidents ?? []).flatMap(({ fixes }) => fixes)
}

const patchArgs = ({ target, type, value }: NonNullable<Fix['patch']>, namespace: string): string[] => [
  'patch',
  target.kind,
  target.name,
  '-n',
  namespace,
  `--type=${type}`,
  '-p',
  JSON.stringify(value),
]

/** Paths of the values that differ, e.g. `spec/template/spec/containers/0/image`. */
function changes(before: unknown, after: unknown, path = ''): readonly string[] {
  if (Object.is(before, after)) return []
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null
  if (!isObject(before) || !isObject(after)) return [path]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    changes(before[key], after[key], `${path}/${key}`),
  )
}

/** Every field name that a patch writes. */
function fieldNames(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = Array.isArray(value) ? [] : Object.keys(value)
  const json = Array.isArray(value) ? value.flatMap((item) => `${item?.path ?? ''}`.split('/')) : []
  return [...own, ...json, ...Object.values(value).flatMap(fieldNames)]
}

describe('what the fixes of recorded failures propose is accepted by the API server', () => {
  test.each(readdirSync(FAILURES).sort())('%s', async (name) => {
    const folder = join(FAILURES, name)
    const fixes = [...fixesOf('probe-check', folder), ...fixesOf('explain-events', folder)].filter(
      ({ patch, replace }) => patch !== undefined || replace !== undefined,
    )
    if (fixes.length === 0) return
    const namespace = await freshNamespace('patches')
    try {
      const { items } = json(join(folder, 'manifest.json')) as { items: readonly KubeObject[] }
      create(...items.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } })))
      for (const { patch, replace } of fixes) {
        if (patch !== undefined) {
          const { kind, name: target } = patch.target
          const before = JSON.parse(mustKubectl(['get', kind, target, '-n', namespace, '-o', 'json']))
          const after = JSON.parse(
            mustKubectl([...patchArgs(patch, namespace), '--dry-run=server', '-o', 'json']),
          )
          const changed = changes(before.spec, after.spec, 'spec')
          expect(changed).not.toEqual([])
          const meant = fieldNames(patch.value).filter((field) => !['spec', 'template', 'containers', 'name'].includes(field))
          expect(changed.filter((path) => !path.split('/').some((part) => meant.includes(part)))).toEqual([])
        }
        if (replace !== undefined) {
          // `kubectl replace --force` has no dry run: the old one goes, and what would be created is asked.
          const stdin = JSON.stringify({ ...replace, metadata: { ...replace.metadata, namespace } })
          mustKubectl(['delete', replace.kind, replace.metadata.name, '-n', namespace, '--ignore-not-found', '--now'])
          mustKubectl(['create', '--dry-run=server', '-f', '-'], { stdin })
        }
      }
    } finally {
      remove(namespace, [])
    }
  })
})

const labels = { app: 'w' }
const deployment = (namespace: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'w', namespace },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'c', image: 'none', resources: { requests: { cpu: '100m' } } }],
      },
    },
  },
})
const budget = (namespace: string, spec: object, name = 'p') => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace },
  spec: { selector: { matchLabels: labels }, ...spec },
})

describe('a proven fix of a plan makes the real drain succeed', () => {
  test.each([
    ['one replica that must stay', 1, (ns: string) => [budget(ns, { minAvailable: 1 })]],
    ['no disruption allowed', 2, (ns: string) => [budget(ns, { maxUnavailable: 0 })]],
    [
      'two budgets on one pod',
      2,
      (ns: string) => [budget(ns, { maxUnavailable: 1 }), budget(ns, { maxUnavailable: 2 }, 'q')],
    ],
  ] as const)('%s', async (_title, replicas, budgets) => {
    const namespace = await freshNamespace('fixes')
    const nodes = ['a', 'b'].map((letter) => `${namespace}-${letter}`)
    const [node = '', other = ''] = nodes
    try {
      await addNodes(nodes)
      await setSchedulable([other], false)
      create(...budgets(namespace), deployment(namespace, replicas))
      await quiesce(namespace, replicas)
      await setSchedulable([other], true)
      const before = kubectl(['drain-plan', node, '-o', 'json'])
      expect(before.code).toBe(1)
      const { fixes } = JSON.parse(before.stdout) as DrainPlan
      const proven = fixes.filter((fix) => fix.proven)
      expect(proven).not.toEqual([])
      for (const { patch } of proven)
        if (patch !== undefined) mustKubectl([...patchArgs(patch, namespace), '--dry-run=server'])

      const [{ command = '', patch } = {}] = proven
      if (patch !== undefined) mustKubectl(patchArgs(patch, namespace))
      else mustKubectl(command.replace(/^kubectl /, '').split(' '))
      const wanted = () => get<Deployment>('deployments', namespace)[0]?.spec?.replicas ?? replicas
      await quiesce(namespace, wanted())
      expect(kubectl(['drain-plan', node]).code).toBe(0)
      expect(kubectl(['drain', node, '--timeout=30s']).code).toBe(0)
      await eventually('the replacements to run', () =>
        get<Deployment>('deployments', namespace)[0]?.status?.readyReplicas === wanted() ? true : undefined,
      )
    } finally {
      remove(namespace, nodes)
    }
  })
})
