import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { ContainerLog, Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { snapshotOf } from './builders.ts'

const FAILURES = join(import.meta.dirname, '..', 'corpus', 'failures')

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
  const json = (file: string) => JSON.parse(readFileSync(join(FAILURES, name, file), 'utf8'))
  const label = json('label.json') as { cause: string; probe: string | null; capturedAt: string }
  const { items } = json('snapshot.json') as { items: readonly KubeObject[] }
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
