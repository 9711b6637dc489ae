import { selectorText } from '../../model/kubernetes/selector.ts'
import type { Fix } from '../../model/report/finding.ts'
import { shellCommand } from '../../model/text/shell.ts'
import { listed } from '../../model/text/words.ts'
import type { SimNode, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { foreignFinalizers } from '../state/terminating.ts'
import type { DrainOptions, PlannedNode } from '../types.ts'
import type { FixCandidate } from './candidate.ts'

interface FlagFix {
  readonly code: string
  readonly flag: string
  readonly what: string
  readonly risk: Fix['risk']
  readonly set: Partial<DrainOptions>
}

/** The flag that each of kubectl's refusals asks for, and what it costs. */
const FLAGS: readonly FlagFix[] = [
  {
    code: 'daemonset-pods',
    flag: '--ignore-daemonsets',
    what: 'DaemonSet pods stay where they are',
    risk: 'Low',
    set: { ignoreDaemonsets: true },
  },
  {
    code: 'local-storage',
    flag: '--delete-emptydir-data',
    what: 'what is in emptyDir volumes is lost',
    risk: 'Destructive',
    set: { deleteEmptydirData: true },
  },
  {
    code: 'unmanaged-pods',
    flag: '--force',
    what: 'pods without a controller are lost',
    risk: 'Destructive',
    set: { force: true },
  },
  {
    code: 'daemonset-missing',
    flag: '--force',
    what: 'pods of a DaemonSet that no longer exists are lost',
    risk: 'Destructive',
    set: { force: true },
  },
]

/** All flags that the refused nodes need, in one command: a flag can bring the next refusal to light. */
export function flagFixes(
  run: SimulationRun,
  planned: readonly PlannedNode[],
  options: DrainOptions,
): readonly FixCandidate[] {
  const codes = new Set(
    planned.flatMap(({ reasons, verdict }) => (verdict === 'Refused' ? reasons : [])).map(({ code }) => code),
  )
  const hidden = hiddenRefusals(run, codes)
  const needed = FLAGS.filter(({ code }) => codes.has(code) || hidden.has(code))
  if (needed.length === 0) return []
  const flags = [...new Set(needed.map(({ flag }) => flag))]
  const set: Partial<DrainOptions> = Object.assign({}, ...needed.map((one) => one.set))
  const risk = needed.some((one) => one.risk === 'Destructive') ? 'Destructive' : 'Low'
  return [
    {
      problem: 'refused',
      fix: {
        code: 'more-flags',
        title: `Drain with ${listed(flags)}: ${needed.map(({ what }) => what).join('; ')}`,
        risk,
        command: shellCommand(['kubectl', 'drain', ...run.nodes, ...keptFlags(options), ...flags]),
        flags,
      },
      apply: ({ simulated, options: before }) => ({ simulated, options: { ...before, ...set } }),
    },
  ]
}

/** Pods without a controller that an earlier filter refuses for their local storage (spec/drain.md D5). */
function hiddenRefusals(run: SimulationRun, codes: ReadonlySet<string>): ReadonlySet<string> {
  if (!codes.has('local-storage')) return new Set()
  const bare = [...run.filtered.values()]
    .flat()
    .some(
      ({ pod, result }) =>
        result.action === 'Refuse' && pod.metadata.ownerReferences?.some((one) => one.controller) !== true,
    )
  return new Set(bare ? ['unmanaged-pods'] : [])
}

/** The flags of the plan, as they are given to kubectl. */
function keptFlags(options: DrainOptions): readonly string[] {
  return [
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
}

/** Pods that are deleted and never go (spec/drain.md E4). */
export function stuckPodFixes(run: SimulationRun, planned: readonly PlannedNode[]): readonly FixCandidate[] {
  const stuck = new Map(
    run.courses.flatMap(({ ends }) =>
      ends.flatMap((end) =>
        end.type === 'Ended'
          ? end.remaining.flatMap(({ why, pod }) =>
              why === 'Terminating' ? [[`${pod.namespace}/${pod.name}`, pod] as const] : [],
            )
          : [],
      ),
    ),
  )
  const held: readonly FixCandidate[] = [...stuck].sort().flatMap(([ref, pod]) =>
    foreignFinalizers(pod).length === 0
      ? []
      : [
          {
            problem: `finalizer ${ref}`,
            untried: 'who removes the finalizer, and when, is not known',
            fix: {
              code: 'find-finalizer' as const,
              title: `Find out who should remove ${listed(foreignFinalizers(pod))} from pod ${ref}, and why it has not`,
              risk: 'Inspect' as const,
              command: shellCommand(['kubectl', 'get', 'pod', pod.name, '-n', pod.namespace, '-o', 'yaml']),
            },
          },
        ],
  )
  const dead = planned.filter(({ reasons }) => reasons.some(({ code }) => code === 'node-not-ready'))
  return [
    ...held,
    ...dead.map(
      ({ name }): FixCandidate => ({
        problem: `node ${name}`,
        untried: 'whether the node is off can be seen at the machine only',
        fix: {
          code: 'mark-out-of-service',
          title: `If node ${name} is really powered off: mark it out of service, so that its pods are removed`,
          risk: 'Destructive',
          command: shellCommand([
            'kubectl',
            'taint',
            'nodes',
            name,
            'node.kubernetes.io/out-of-service=nodeshutdown:NoExecute',
          ]),
        },
      }),
    ),
  ]
}

/** Where replacements stay Pending: would one more node like the drained one take them? */
export function capacityFixes(planned: readonly PlannedNode[]): readonly FixCandidate[] {
  const name = planned.find(({ pods }) =>
    pods.some(
      ({ replacement }) =>
        replacement?.fate === 'Pending' || replacement?.fate === 'Preempts' || replacement?.fate === 'Either',
    ),
  )?.name
  if (name === undefined) return []
  return [
    {
      problem: 'capacity',
      fix: { code: 'add-node', title: `Add one more node like ${name} before the drain`, risk: 'Low' },
      apply: ({ simulated, options }) => ({ simulated: withTwin(simulated, name), options }),
    },
  ]
}

/** The simulated cluster with an empty node like this one, in the same zone and with a host name of its own. */
function withTwin(simulated: SimulatedCluster, name: string): SimulatedCluster {
  const index = simulated.nodeIndex.get(name)
  const original = index === undefined ? undefined : simulated.nodes[index]
  if (original === undefined) return simulated
  const twin: SimNode = {
    ...original,
    index: simulated.nodes.length,
    name: `${name}-twin`,
    labels: { ...original.labels, 'kubernetes.io/hostname': `${name}-twin` },
    unschedulable: false,
    taints: original.taints.filter(({ key }) => key !== 'node.kubernetes.io/unschedulable'),
    alive: true,
  }
  return {
    ...simulated,
    nodes: [...simulated.nodes, twin],
    byNode: [...simulated.byNode, []],
    usage: [...simulated.usage, { pods: 0, requests: {} }],
  }
}
