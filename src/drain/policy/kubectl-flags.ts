import { selectorText } from '../../model/kubernetes/selector.ts'
import type { DrainOptions } from '../types/options.ts'
import type { RefusalCode } from '../types/refusal.ts'
import type { OtherCall } from './policy.ts'

interface OverridingFlag {
  readonly flag: string
  readonly cost: string
  readonly risk: OtherCall['risk']
  readonly set: Partial<DrainOptions>
}

/** The flag that each of kubectl's refusals asks for, and what it costs (docs/reference/kubectl-drain.md#D7). */
const OVERRIDING: Readonly<Record<RefusalCode, OverridingFlag>> = {
  'daemonset-pods': {
    flag: '--ignore-daemonsets',
    cost: 'DaemonSet pods stay where they are',
    risk: 'Low',
    set: { ignoreDaemonsets: true },
  },
  'local-storage': {
    flag: '--delete-emptydir-data',
    cost: 'what is in emptyDir volumes is lost',
    risk: 'Destructive',
    set: { deleteEmptydirData: true },
  },
  'unmanaged-pods': {
    flag: '--force',
    cost: 'pods without a controller are lost',
    risk: 'Destructive',
    set: { force: true },
  },
  'daemonset-missing': {
    flag: '--force',
    cost: 'pods of a DaemonSet that no longer exists are lost',
    risk: 'Destructive',
    set: { force: true },
  },
}

/** The flags that override these refusals, in one table's order; undefined where there is nothing to override. */
export function overridingFlags(
  refusals: ReadonlySet<RefusalCode>,
): (Pick<OtherCall, 'flags' | 'costs' | 'risk'> & { readonly set: Partial<DrainOptions> }) | undefined {
  const needed = Object.entries(OVERRIDING).flatMap(([code, flag]) =>
    refusals.has(code as RefusalCode) ? [flag] : [],
  )
  if (needed.length === 0) return undefined
  return {
    flags: [...new Set(needed.map(({ flag }) => flag))],
    costs: needed.map(({ cost }) => cost),
    risk: needed.some(({ risk }) => risk === 'Destructive') ? 'Destructive' : 'Low',
    set: Object.assign({}, ...needed.map(({ set }) => set)),
  }
}

/** The flags of a plan, as they are given to kubectl. */
export const flagsOf = (options: DrainOptions): readonly string[] => [
  ...(options.ignoreDaemonsets ? ['--ignore-daemonsets'] : []),
  ...(options.deleteEmptydirData ? ['--delete-emptydir-data'] : []),
  ...(options.force ? ['--force'] : []),
  ...(options.disableEviction ? ['--disable-eviction'] : []),
  ...(options.gracePeriodSeconds >= 0 ? [`--grace-period=${options.gracePeriodSeconds}`] : []),
  ...(options.timeoutSeconds > 0 ? [`--timeout=${options.timeoutSeconds}s`] : []),
  ...(options.skipWaitForDeleteTimeoutSeconds > 0
    ? [`--skip-wait-for-delete-timeout=${options.skipWaitForDeleteTimeoutSeconds}`]
    : []),
  ...(options.podSelector.length > 0 ? [`--pod-selector=${selectorText(options.podSelector)}`] : []),
]
