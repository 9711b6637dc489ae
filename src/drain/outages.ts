import { sortedBy } from '../model/text/sort.ts'
import type { DrainPlan } from './types/plan.ts'

/** A Service that has no ready backend at some moment of a drain, and had one before. */
interface Outage {
  /** `namespace/name`. */
  readonly service: string
  /** The waves in which it happens, from 1. */
  readonly waves: readonly number[]
  /** The nodes during whose drain it happens, of one command for all nodes or each alone. */
  readonly nodes: readonly string[]
}

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
export function outagesOf({
  services = [],
  waveDetails = [],
}: Pick<DrainPlan, 'services' | 'waveDetails'>): readonly Outage[] {
  const found = [
    ...services.filter(isOutage).map((one) => ({ ...one, wave: undefined })),
    ...waveDetails.flatMap((wave, index) =>
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
