import type { SimNode } from '../../../cluster/simulated-cluster.ts'
import { type Filter, unresolvable } from '../../filter.ts'
import { CLAIM_READS, claimsOf, volumeOf } from '../../volumes.ts'

const ELSEWHERE = unresolvable({ code: 'VolumeZoneConflict' } as const)

/** The zone and region labels of nodes and volumes, each with its former name, or the present one. */
const ZONE_LABELS: ReadonlyMap<string, string> = new Map(
  ['zone', 'region'].flatMap((kind) => {
    const [present, former] = [`topology.kubernetes.io/${kind}`, `failure-domain.beta.kubernetes.io/${kind}`]
    return [
      [present, former],
      [former, present],
    ] as const
  }),
)

/** docs/reference/scheduler.md#R7b: zone and region labels of a bound volume; several values are joined by `__`. */
export const volumeZone: Filter<{ readonly code: 'VolumeZoneConflict' }> = {
  name: 'VolumeZone',
  reads: CLAIM_READS,
  scope: 'Node',
  words: { VolumeZoneConflict: 'node(s) had no available volume zone' },
  filter: (state, pod) => {
    const labelled = (claimsOf(state, pod)?.found ?? []).flatMap((claim) => {
      const labels = volumeOf(state, claim)?.metadata.labels ?? {}
      return [...ZONE_LABELS].flatMap(([key, other]) =>
        labels[key] === undefined ? [] : [{ key, other, values: labels[key].split('__') }],
      )
    })
    if (labelled.length === 0) return undefined
    const isInZone = ({ labels }: SimNode) =>
      labelled.every(({ key, other, values }) => values.includes(labels[key] ?? labels[other] ?? ''))
    return {
      check: (node) =>
        [...ZONE_LABELS.keys()].some((key) => Object.hasOwn(node.labels, key)) && !isInZone(node)
          ? ELSEWHERE
          : undefined,
    }
  },
}
