import type { Draft, Feature, Workload } from '../draft.ts'

const some = (draft: Draft, is: (workload: Workload) => boolean) => draft.workloads.some(is)
const push = (draft: Draft, ...flags: readonly string[]): true => {
  draft.flags.push(...flags)
  return true
}

const hasEmptyDir = ({ pod }: Workload) => pod.volumes.some((volume) => volume['emptyDir'] !== undefined)

/** Most drains are run with the flags that they need, or all of them would be refused. */
export const FLAG_FEATURES: readonly Feature[] = [
  {
    name: '--ignore-daemonsets',
    chance: 0.93,
    add: (draft, random) =>
      some(draft, ({ kind }) => kind === 'DaemonSet') || random.chance(0.3)
        ? push(draft, '--ignore-daemonsets')
        : false,
  },
  {
    name: '--force',
    chance: 0.9,
    add: (draft, random) =>
      some(draft, ({ kind }) => kind === 'Pod') || random.chance(0.15) ? push(draft, '--force') : false,
  },
  {
    name: '--delete-emptydir-data',
    chance: 0.93,
    add: (draft, random) =>
      some(draft, hasEmptyDir) || random.chance(0.2) ? push(draft, '--delete-emptydir-data') : false,
  },
  { name: '--disable-eviction', chance: 0.08, add: (draft) => push(draft, '--disable-eviction') },
  {
    name: '--pod-selector',
    chance: 0.1,
    add: (draft, random) =>
      push(draft, `--pod-selector=${random.pick(['app=w0', 'app!=w0', 'tier', 'tier in (x,y)', '!tier'])}`),
  },
  {
    name: '--grace-period',
    chance: 0.12,
    add: (draft, random) => push(draft, `--grace-period=${random.pick([0, 1, 20])}`),
  },
  {
    name: '--skip-wait-for-delete-timeout',
    chance: 0.12,
    add: (draft, random) => push(draft, `--skip-wait-for-delete-timeout=${random.pick([1, 600])}`),
  },
]
