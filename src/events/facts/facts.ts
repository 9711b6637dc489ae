import { parseKilling } from '../../diagnosis/messages/probe.ts'
import { LIVE_SECONDS } from '../../diagnosis/pod-info.ts'
import type { KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import { millis } from '../../model/text/time.ts'
import { type Classified, classify } from './classify.ts'
import { type Standing, standing, successesOf } from './resolution.ts'
import { placer, type Root, rootKey } from './subject.ts'

/** One event with everything that the analysis asks of it. */
export interface Fact {
  readonly occurrence: Occurrence
  readonly what: Classified
  readonly root: Root
  readonly rootKey: string
  readonly object?: KubeObject
  readonly gone: boolean
  /** The container it is about; absent where a combined event mixes several. */
  readonly container?: string
  /** The node that it happened on, as far as event or pod tell. */
  readonly node?: string
  readonly standing: Standing
  /** Seen within the time in which a writer may be late (spec/events.md A.3). */
  readonly recent: boolean
  /** Times in milliseconds; 0 where the event has none. */
  readonly first: number
  readonly last: number
}

/** All events, oldest first. */
export function factsOf(cluster: Cluster): readonly Fact[] {
  const occurrences = cluster.occurrences()
  const place = placer(cluster)
  const successes = successesOf(occurrences)
  return occurrences.map((occurrence) => {
    const what = classify(occurrence)
    const where = place(occurrence.regarding)
    const container = containerOf(occurrence, where.object)
    const node = nodeOf(occurrence, where.object)
    const last = millis(occurrence.lastSeen) ?? 0
    return {
      occurrence,
      what,
      root: where.root,
      rootKey: rootKey(where.root),
      gone: where.gone,
      standing: standing(occurrence, what, where, container, successes),
      recent: last > 0 && cluster.now - last <= LIVE_SECONDS * 1000,
      first: millis(occurrence.firstSeen) ?? last,
      last,
      ...(where.object === undefined ? {} : { object: where.object }),
      ...(container === undefined ? {} : { container }),
      ...(node === undefined ? {} : { node }),
    }
  })
}

/** The text is right where it names the container; `fieldPath` of a combined event may not be (spec/events.md A.3). */
function containerOf(
  { message, container, combined, regarding }: Occurrence,
  object: KubeObject | undefined,
): string | undefined {
  if (regarding.kind !== 'Pod') return undefined
  const named =
    parseKilling(message)?.container ??
    /^Back-off restarting failed container (\S+) in pod /.exec(message)?.[1]
  if (named !== undefined) return named
  if (!combined) return container
  const spec = (object as Pod | undefined)?.spec
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
  return all.length === 1 ? all[0]?.name : undefined
}

function nodeOf(
  { regarding, host, component }: Occurrence,
  object: KubeObject | undefined,
): string | undefined {
  if (regarding.kind === 'Node') return regarding.name
  if (object?.kind === 'Pod') return (object as Pod).spec?.nodeName ?? undefined
  return component === 'kubelet' && regarding.kind === 'Pod' ? host : undefined
}
