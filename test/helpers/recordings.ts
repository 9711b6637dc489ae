import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RESOURCES, resourceOf } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { ContainerLog, Gap, Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { snapshotOf } from './builders.ts'
import type { DrainCase, DrainOutcome } from './drain-judge.ts'

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
  return {
    name,
    cause: label.cause,
    probe: label.probe ?? undefined,
    snapshot: snapshotOf(items, { now: label.capturedAt, logs: logsOf(name, items) }),
  }
}

function logsOf(name: string, items: readonly KubeObject[]): readonly ContainerLog[] {
  const folder = join(FAILURES, name, 'logs')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((file) => {
    const match = /^(.+)\.([a-z0-9-]+?)(\.previous)?\.log$/.exec(file)
    const pod = items.find(({ kind, metadata }) => kind === 'Pod' && metadata.name === match?.[1])
    if (match === null || pod === undefined) return []
    const [, , container = '', previous] = match
    return {
      namespace: pod.metadata.namespace ?? 'default',
      pod: pod.metadata.name,
      container,
      previous: previous !== undefined,
      text: readFileSync(join(folder, file), 'utf8'),
    }
  })
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

export interface RecordedDrain {
  readonly name: string
  readonly snapshot: Snapshot
  readonly case: DrainCase
  readonly outcome: DrainOutcome
}

/** The drains recorded on a real control plane, by number. */
export function* recordedDrains(folder = DRAINS): Generator<RecordedDrain> {
  for (const name of readdirSync(folder).sort()) {
    const { items } = json<RecordedList>(join(folder, name, 'snapshot.json'))
    yield {
      name,
      snapshot: snapshotOf(items, { now: newest(items), gaps: notRecordedIn(items) }),
      case: json(join(folder, name, 'case.json')),
      outcome: json(join(folder, name, 'outcome.json')),
    }
  }
}
