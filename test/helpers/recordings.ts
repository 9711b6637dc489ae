import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { DrainOptions } from '../../src/drain/types/options.ts'
import { readLogFolder } from '../../src/kube/files/log-files.ts'
import { RESOURCES, resourceOf } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import { parseSelector } from '../../src/model/kubernetes/selector.ts'
import type { Gap, Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { snapshotOf } from './builders.ts'
import type { DrainOutcome } from './drain-judge.ts'

const CORPUS = join(import.meta.dirname, '..', 'corpus')
const FAILURES = join(CORPUS, 'failures')
const DRAINS = join(CORPUS, 'drains')

interface RecordedList {
  readonly items: readonly KubeObject[]
}

const json = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T

export interface RecordedFailure {
  readonly name: string
  /** The code of the one root cause, or `none`. */
  readonly cause: string
  readonly probe: string | undefined
  readonly snapshot: Snapshot
}

/** Every recording of a failure on a real cluster, by name. */
export const recordedFailures = (): readonly RecordedFailure[] =>
  readdirSync(FAILURES).sort().map(recordedFailure)

function recordedFailure(name: string): RecordedFailure {
  const folder = join(FAILURES, name)
  const label = json<{ cause: string; probe: string | null; capturedAt: string }>(join(folder, 'label.json'))
  const { items } = json<RecordedList>(join(folder, 'snapshot.json'))
  const pods = items.filter(({ kind }) => kind === 'Pod') as readonly Pod[]
  return {
    name,
    cause: label.cause,
    probe: label.probe ?? undefined,
    snapshot: snapshotOf(items, { now: label.capturedAt, logs: readLogFolder(join(folder, 'logs'), pods) }),
  }
}

/** What `kubectl describe` printed of a recorded failure. */
export const describedFailure = (name: string): string =>
  readFileSync(join(FAILURES, name, 'describe.txt'), 'utf8')

/** A kind without an object is a gap, as when a file is read. */
const notRecordedIn = (items: readonly KubeObject[]): readonly Gap[] => {
  const recorded = new Set(items.map(({ apiVersion, kind }) => resourceOf(apiVersion, kind)))
  return RESOURCES.filter((resource) => !recorded.has(resource)).map((resource) => ({
    resource,
    reason: 'NotRecorded',
    message: `${resource} are not in the recording`,
  }))
}

/** The newest creation time of a recording, which is when it was taken. */
const newest = (items: readonly KubeObject[]): string =>
  items
    .map(({ metadata }) => metadata.creationTimestamp ?? '')
    .sort()
    .at(-1) ?? ''

/** A drain on a real control plane: the cluster before it, how kubectl was called, and what came of it. */
export interface RecordedDrain {
  readonly name: string
  readonly snapshot: Snapshot
  /** In the order in which they were drained. */
  readonly nodes: readonly string[]
  readonly flags: readonly string[]
  readonly options: DrainOptions
  readonly outcome: DrainOutcome
}

/** The drains recorded on a real control plane, by number. */
export function* recordedDrains(): Generator<RecordedDrain> {
  for (const name of readdirSync(DRAINS).sort()) {
    const { items } = json<RecordedList>(join(DRAINS, name, 'snapshot.json'))
    yield {
      name,
      snapshot: snapshotOf(items, { now: newest(items), gaps: notRecordedIn(items) }),
      ...drainCaseIn(join(DRAINS, name)),
      outcome: json(join(DRAINS, name, 'outcome.json')),
    }
  }
}

/** How kubectl was called in the recording of a folder. */
export function drainCaseIn(folder: string): Pick<RecordedDrain, 'nodes' | 'flags' | 'options'> {
  const { drain, flags } = json<{ drain: string[]; flags: string[] }>(join(folder, 'case.json'))
  return { nodes: drain, flags, options: drainOptions(flags) }
}

/** Flags as kubectl takes them. The recordings that do not say were made with a timeout of about 45 s per node. */
function drainOptions(flags: readonly string[]): DrainOptions {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      force: { type: 'boolean', default: false },
      'ignore-daemonsets': { type: 'boolean', default: false },
      'delete-emptydir-data': { type: 'boolean', default: false },
      'disable-eviction': { type: 'boolean', default: false },
      'grace-period': { type: 'string', default: '-1' },
      timeout: { type: 'string', default: '45s' },
      'skip-wait-for-delete-timeout': { type: 'string', default: '0' },
      'pod-selector': { type: 'string', default: '' },
    },
  })
  return {
    force: values.force,
    ignoreDaemonsets: values['ignore-daemonsets'],
    deleteEmptydirData: values['delete-emptydir-data'],
    disableEviction: values['disable-eviction'],
    gracePeriodSeconds: Number.parseInt(values['grace-period'], 10),
    timeoutSeconds: Number.parseInt(values.timeout, 10),
    skipWaitForDeleteTimeoutSeconds: Number.parseInt(values['skip-wait-for-delete-timeout'], 10),
    podSelector: values['pod-selector'] === '' ? [] : parseSelector(values['pod-selector']),
  }
}
