import { sortedBy } from '../../model/text/sort.ts'
import type { Outage, ServiceBackends } from '../types/loss.ts'
import type { PlannedWave } from '../types/wave.ts'

interface Backends {
  readonly namespace: string
  readonly name: string
  readonly readyBefore: number
  readonly readyLowest: number
}

/** Whether a Service loses all of its ready backends. */
export const isOutage = ({ readyBefore, readyLowest }: Backends): boolean =>
  readyBefore > 0 && readyLowest === 0

/** The Services without a ready backend in a wave, or with one command, or while a node is drained alone; by name. */
export function outagesOf(
  services: readonly ServiceBackends[],
  waves: readonly PlannedWave[] = [],
): readonly Outage[] {
  const found = [
    ...services.filter(isOutage).map((one) => ({ ...one, wave: undefined })),
    ...waves.flatMap((wave, index) =>
      (wave.services ?? []).filter(isOutage).map((one) => ({ ...one, wave: index + 1, node: undefined })),
    ),
  ]
  const groups = Map.groupBy(found, ({ namespace, name }) => `${namespace}/${name}`)
  return sortedBy(groups, ([service]) => [service]).map(([service, where]) => ({
    service,
    waves: where.flatMap(({ wave }) => wave ?? []),
    nodes: where.flatMap(({ node }) => node ?? []),
  }))
}
