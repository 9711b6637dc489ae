import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { EventReport } from '../../src/events/report.ts'
import type { Event, KubeObject, Pod, ResourceQuota } from '../../src/model/kubernetes/objects.ts'
import { THEMES, type Theme } from './event-themes.ts'
import { create, createIn, freshNamespace, get, kubectl, mustKubectl } from './harness/kubectl.ts'
import { addNodes, remove } from './harness/nodes.ts'
import { eventually } from './harness/processes.ts'

const namespaces = new Map<Theme, string>()
const nodeOf = (ns: string): string => `${ns}-n`
const spaceOf = (theme: Theme): string => namespaces.get(theme) ?? ''

/** All themes at once: the controllers work side by side, and a CronJob takes up to a minute. */
beforeAll(async () => {
  for (const theme of THEMES) namespaces.set(theme, await freshNamespace(`events-${theme.name}`))
  const ofOwn = THEMES.filter(({ node }) => node).map(spaceOf)
  await addNodes(ofOwn.map(nodeOf))
  for (const ns of ofOwn) mustKubectl(['label', 'node', nodeOf(ns), `theme=${ns}`])
  for (const theme of THEMES) {
    const ns = spaceOf(theme)
    for (const [key, value] of Object.entries(theme.labels ?? {}))
      mustKubectl(['label', 'namespace', ns, `${key}=${value}`])
    const before = theme.before?.(ns, nodeOf(ns)) ?? []
    if (before.length > 0) create(...before)
    const objects = theme.objects(ns, nodeOf(ns)) as readonly KubeObject[]
    const quotas = objects.filter(({ kind }) => kind === 'ResourceQuota')
    if (quotas.length > 0) await inForce(ns, quotas)
    createIn(ns, ...objects.filter((object) => !quotas.includes(object)))
  }
  for (const { afterwards, ...theme } of THEMES) {
    const ns = namespaces.get(THEMES.find(({ name }) => name === theme.name) as Theme) ?? ''
    if (afterwards === undefined) continue
    await eventually(`the pods of ${theme.name}`, () => get<Pod>('pods', ns).every(hasStarted) || undefined)
    for (const command of afterwards(ns, nodeOf(ns))) mustKubectl(command)
  }
  // What does not come is told by its own test.
  await eventually('all events', () => missing(get<Event>('events')).length === 0 || undefined, 90).catch(
    () => undefined,
  )
}, 240_000)

/** A quota refuses nothing before its controller has counted what is there. */
async function inForce(ns: string, quotas: readonly KubeObject[]): Promise<void> {
  createIn(ns, ...quotas)
  await eventually(
    `the quotas of ${ns}`,
    () =>
      get<ResourceQuota>('resourcequotas', ns).every(({ status }) => status?.hard && status.used) ||
      undefined,
  )
}

/** Runs, has ended, or will not start at all. */
const hasStarted = ({ spec, status, metadata }: Pod): boolean =>
  status?.phase !== 'Pending' ||
  metadata.annotations?.['test/phase'] === 'Pending' ||
  (spec?.nodeName === undefined &&
    status.conditions?.some(({ type, status: value }) => type === 'PodScheduled' && value === 'False') ===
      true)

const missing = (events: readonly Event[]): readonly string[] =>
  THEMES.flatMap((theme) =>
    theme.expected
      .filter(([reason, kind]) => !events.some((event) => isOf(event, reason, kind, spaceOf(theme))))
      .map(([reason, kind]) => `${theme.name}: ${reason} of a ${kind}`),
  )

/** Nodes and volumes are in no namespace; their names tell whose they are. */
const isOf = ({ reason, involvedObject, metadata }: Event, own: string, kind: string, ns: string): boolean =>
  reason === own &&
  involvedObject.kind === kind &&
  (metadata.namespace === ns || involvedObject.name?.startsWith(ns) === true)

afterAll(() => {
  for (const theme of THEMES) remove(spaceOf(theme), theme.node ? [nodeOf(spaceOf(theme))] : [])
  mustKubectl(['delete', 'storageclass,pv,priorityclass', '-l', 'made-by', '--wait=false'])
})

test('enough reasons, each from a controller and none written by the test', () => {
  const reasons = new Set(THEMES.flatMap(({ expected }) => expected.map(([reason]) => reason)))
  expect(reasons.size).toBeGreaterThanOrEqual(25)
  expect(missing(get<Event>('events'))).toEqual([])
})

describe.each(THEMES)('$name', (theme) => {
  let report: EventReport
  beforeAll(() => {
    report = JSON.parse(kubectl(['explain-events', '-A', '--all', '--no-logs', '-o', 'json']).stdout)
  })

  test.each(theme.expected)('%s of a %s is explained: %s', (reason, kind, code) => {
    const ns = spaceOf(theme)
    const incidents = report.incidents.filter(({ events }) =>
      events.some((event) => event.reason === reason && event.object.startsWith(`${kind} ${ns}`)),
    )
    expect(incidents.map((incident) => incident.code)).toContain(code)
    for (const { explanation, summary } of incidents) {
      expect(explanation).not.toContain('not in the catalogue')
      expect(summary).not.toBe('')
    }
  })
})
