import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RESOURCES, type Resource, resourceOf } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { noObjects, type Snapshot } from '../../src/model/snapshot/snapshot.ts'
import type { DrainCase, DrainOutcome } from './drain-judge.ts'

/** A snapshot of these objects; kinds without an object are gaps, as when a file is read. */
export function snapshotOf(
  items: readonly KubeObject[],
  now: string,
  gaps: 'NotRecorded' | 'none',
): Snapshot {
  const objects = noObjects() as unknown as Record<Resource, KubeObject[]>
  const others: KubeObject[] = []
  for (const item of items) {
    const resource = resourceOf(item.apiVersion, item.kind)
    if (resource === undefined) others.push(item)
    else objects[resource].push(item)
  }
  return {
    now,
    nowFrom: 'recording',
    source: { type: 'Files', name: 'test' },
    objects: objects as unknown as Snapshot['objects'],
    others,
    logs: [],
    gaps:
      gaps === 'none'
        ? []
        : RESOURCES.filter((resource) => objects[resource].length === 0).map((resource) => ({
            resource,
            reason: 'NotRecorded',
            message: `${resource} are not in the recording`,
          })),
    origins: {},
  }
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

const json = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T

export const DRAINS = join(import.meta.dirname, '..', 'corpus', 'drains')

/** The drains recorded on a real control plane, by number. */
export function* recordedDrains(folder = DRAINS): Generator<RecordedDrain> {
  for (const name of readdirSync(folder).sort()) {
    const { items } = json<{ items: readonly KubeObject[] }>(join(folder, name, 'snapshot.json'))
    yield {
      name,
      snapshot: snapshotOf(items, newest(items), 'NotRecorded'),
      case: json(join(folder, name, 'case.json')),
      outcome: json(join(folder, name, 'outcome.json')),
    }
  }
}
