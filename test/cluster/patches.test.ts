import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import { readFiles } from '../../src/kube/files/files.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Patch } from '../../src/model/kubernetes/patch.ts'
import type { Finding, Fix } from '../../src/model/report/finding.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { noObjects, type Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { REFUSED_RULES } from '../../src/probes/rules/refused.ts'
import { RULES } from '../../src/probes/rules/rules.ts'
import { PATCH_CASES } from '../helpers/patch-cases.ts'
import { recordedFailures } from '../helpers/recordings.ts'
import { create, get, kubectl, mustKubectl, mustPaste } from './harness/kubectl.ts'
import { changedPaths, intendedPaths, unintendedPaths } from './harness/patches.ts'
import { eventually } from './harness/processes.ts'

const OPTIONS = {
  selection: { targets: [], selector: [] },
  rules: new Map(RULES.map(({ id, severity }) => [id, severity])),
}
const FIXTURES = join('test', 'fixtures', 'rules')

interface Case {
  readonly name: string
  readonly snapshot: Snapshot
  readonly fixes: readonly (Fix & { readonly finding: Finding })[]
}

async function* nothing(): AsyncGenerator<string> {}
const read = (path: string) => readFiles([path], { stdin: nothing(), clock: '2026-11-21T12:30:00Z' })

/** The snapshot as if it had been taken in namespaces of this case's own, so that its commands can be run there. */
function moved(snapshot: Snapshot, number: number): Snapshot {
  const text = JSON.stringify(snapshot)
  return JSON.parse(text.replace(/"namespace":"([^"]+)"/g, `"namespace":"p${number}-$1"`)) as Snapshot
}

const SNAPSHOTS: readonly (readonly [string, Snapshot])[] = [
  ...recordedFailures().map(({ name, snapshot }) => [`recording ${name}`, snapshot] as const),
  ...(await Promise.all(
    readdirSync(FIXTURES).map(
      async (id) => [`rule ${id}`, await read(join(FIXTURES, id, 'fires.yaml'))] as const,
    ),
  )),
  ['examples/shop', await read(join('examples', 'shop'))],
  ...Object.entries(PATCH_CASES).map(([name, snapshot]) => [`by hand: ${name}`, snapshot] as const),
]

/** What the reports propose, and can be given to the API server. */
const CASES = SNAPSHOTS.flatMap(([name, original], number): readonly Case[] => {
  const snapshot = moved(original, number)
  const cluster = indexCluster(snapshot)
  const found = [
    ...probeCheck(cluster, OPTIONS).findings,
    ...explainEvents(cluster, { ...OPTIONS, all: true }).incidents,
  ]
  // What the API server refuses as it is cannot be there to be patched.
  if (found.some(({ code }) => REFUSED_RULES.some(({ id }) => id === code))) return []
  const fixes = found
    .flatMap((finding) => finding.fixes.map((fix) => ({ ...fix, finding })))
    .filter(({ patch, replace }) => patch !== undefined || replace !== undefined)
  const distinct = new Map(fixes.map((fix) => [JSON.stringify([fix.command, fix.replace]), fix]))
  return distinct.size === 0 ? [] : [{ name, snapshot, fixes: [...distinct.values()] }]
})

const targetOf = ({ snapshot }: Case, { target }: Patch): KubeObject | undefined =>
  [...Object.values(snapshot.objects).flat(), ...snapshot.others].find(
    ({ kind, metadata }) =>
      kind === target.kind && metadata.name === target.name && metadata.namespace === target.namespace,
  )

/** The object as somebody would have applied it. */
function manifest(object: KubeObject): KubeObject {
  const { name, namespace = '', labels = {}, annotations = {} } = object.metadata
  const { status: _, spec, ...rest } = object as KubeObject & { status?: unknown; spec?: Fields }
  const { clusterIP: _ip, clusterIPs: _ips, ...own } = spec ?? {}
  return { ...rest, metadata: { name, namespace, labels, annotations }, spec: own } as KubeObject
}
type Fields = Readonly<Record<string, unknown>>

const keyOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.namespace}/${metadata.name}`
const targets = new Map(
  CASES.flatMap((one) =>
    one.fixes.flatMap(({ patch, replace }) => {
      const object = patch === undefined ? replace : targetOf(one, patch)
      return object === undefined ? [] : [[keyOf(object), { object, exists: patch !== undefined }] as const]
    }),
  ),
)
const namespaces = [...new Set([...targets.values()].map(({ object }) => object.metadata.namespace ?? ''))]
/** As the API server stored them. */
const stored = new Map<string, KubeObject>()

describe('the API server accepts what the fixes propose, and it changes what they say', () => {
  beforeAll(async () => {
    create(...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })))
    const here = ({ metadata }: KubeObject) => namespaces.includes(metadata.namespace ?? '')
    await eventually('the service accounts', () =>
      get('serviceaccounts').filter(here).length === namespaces.length ? true : undefined,
    )
    create(...[...targets.values()].filter(({ exists }) => exists).map(({ object }) => manifest(object)))
    const kinds = [...new Set([...targets.values()].map(({ object }) => object.kind.toLowerCase()))]
    for (const object of get(kinds.join(','))) stored.set(keyOf(object), object)
  })
  afterAll(() => {
    kubectl(['delete', 'namespace', '--wait=false', ...namespaces])
  })

  test.each(Object.keys(PATCH_CASES))('%s is mended by a fix of its cause', (name) => {
    const one = CASES.find((other) => other.name === `by hand: ${name}`)
    expect(one?.fixes.filter(({ finding }) => finding.rootCause)).not.toEqual([])
  })

  test('there are such fixes, of every kind of owner and of most rules', () => {
    expect(CASES.length).toBeGreaterThan(40)
    const kinds = new Set([...targets.values()].map(({ object }) => object.kind))
    for (const kind of [
      'CronJob',
      'DaemonSet',
      'Deployment',
      'PodDisruptionBudget',
      'Service',
      'StatefulSet',
      'Pod',
    ])
      expect(kinds).toContain(kind)
  })

  test.each(CASES)('$name', (one) => {
    for (const { patch, replace, command = '', finding } of one.fixes) {
      if (patch !== undefined) tryPatch(one, patch, command, finding)
      if (replace !== undefined)
        mustKubectl(['create', '--dry-run=server', '-f', '-'], { stdin: JSON.stringify(replace) })
    }
  })
})

const specOf = (object: KubeObject | undefined): unknown => (object as { spec?: unknown } | undefined)?.spec

function tryPatch(one: Case, patch: Patch, command: string, finding: Finding): void {
  const object = targetOf(one, patch) as KubeObject
  const before = stored.get(keyOf(object))
  const after = JSON.parse(mustPaste(`${command} --dry-run=server -o json`)) as KubeObject
  const changed = changedPaths(specOf(before), specOf(after), 'spec')
  expect(changed).not.toEqual([])
  expect(unintendedPaths(changed, intendedPaths(patch.value))).toEqual([])
  expectMended(one, object, after, finding)
}

/**
 * A rule no longer holds of the object as it would be stored. Of a failure at run time only the configuration can be
 * looked at again: nothing new is wrong with it, and rules that say the same as the cause are silent.
 */
function expectMended({ snapshot }: Case, before: KubeObject, after: KubeObject, finding: Finding): void {
  const { code, configuration } = finding
  const mended = { ...before, spec: (after as KubeObject & { spec: unknown }).spec } as KubeObject
  if (configuration) {
    const same = ({ subject, evidence: [first], code: other }: Finding) =>
      other === code &&
      JSON.stringify([subject, first?.object]) ===
        JSON.stringify([finding.subject, finding.evidence[0]?.object])
    expect(findingsOf(replaced(snapshot, before, mended)).filter(same)).toEqual([])
    return
  }
  const said = RULES.filter(({ coveredBy = [] }) => (coveredBy as readonly string[]).includes(code)).map(
    ({ id }) => id,
  )
  const loud = (object: KubeObject) =>
    findingsOf(withoutRuntime(snapshot, before, object))
      .filter(({ severity, code: other }) => severity !== 'Info' || said.includes(other))
      .map(({ code: other, subject: { container, probe } }) => [other, container, probe].join(' '))
  const known = loud(before).filter((one) => !said.includes(one.split(' ')[0] ?? ''))
  expect(loud(mended).filter((one) => !known.includes(one))).toEqual([])
}

const findingsOf = (snapshot: Snapshot): readonly Finding[] =>
  probeCheck(indexCluster(snapshot), OPTIONS).findings

/** The snapshot with another object in the place of this one. */
const replaced = (snapshot: Snapshot, before: KubeObject, after: KubeObject): Snapshot => ({
  ...snapshot,
  objects: Object.fromEntries(
    Object.entries(snapshot.objects).map(([resource, objects]) => [
      resource,
      objects.map((object: KubeObject) => (keyOf(object) === keyOf(before) ? after : object)),
    ]),
  ) as unknown as Snapshot['objects'],
})

/** Only what does not run: the object, and the Services, policies and budgets around it. */
function withoutRuntime(snapshot: Snapshot, before: KubeObject, object: KubeObject): Snapshot {
  const { objects } = replaced(snapshot, before, object)
  const { services, networkpolicies, poddisruptionbudgets, horizontalpodautoscalers } = objects
  const bare = manifest(object)
  const empty = noObjects()
  const resource = (Object.keys(objects) as (keyof typeof objects)[]).find((name) =>
    objects[name].some((one: KubeObject) => keyOf(one) === keyOf(object)),
  )
  const around = { services, networkpolicies, poddisruptionbudgets, horizontalpodautoscalers }
  return {
    ...snapshot,
    objects: { ...empty, ...around, ...(resource === undefined ? {} : { [resource]: [bare] }) },
    logs: [],
  }
}
