import { shellCommand } from '../../model/text/shell.ts'
import { listed } from '../../model/text/words.ts'
import type { SimNode, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { type DrainPolicy, type RefusalCode, refusals } from '../policy/policy.ts'
import type { JudgedNode } from '../report/nodes/judged-nodes.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { foreignFinalizers } from '../state/terminating.ts'
import type { FixCandidate } from './candidate.ts'

/** All flags that the refused nodes need, in one command: a flag can bring the next refusal to light. */
export function flagFixes(
  run: SimulationRun,
  judged: readonly JudgedNode[],
  policy: DrainPolicy,
): readonly FixCandidate[] {
  const refused = new Set(judged.flatMap(({ name, verdict }) => (verdict === 'Refused' ? [name] : [])))
  const shown = [...run.decided].flatMap(([node, pods]) => (refused.has(node) ? refusals(pods) : []))
  const codes = withHidden(run, new Set(shown.map(({ code }) => code)))
  const other = policy.without(codes)
  if (other === undefined) return []
  const { flags, costs, risk, command } = other
  return [
    {
      problem: 'refused',
      fix: {
        code: 'more-flags',
        title: `Drain with ${listed(flags)}: ${costs.join('; ')}`,
        risk,
        command: shellCommand(command(run.nodes)),
        flags,
      },
      apply: ({ simulated, policy: before }) => ({
        simulated,
        policy: before.without(codes)?.policy ?? before,
      }),
    },
  ]
}

/** Pods without a controller that an earlier filter refuses for their local storage (spec/drain.md D5). */
function withHidden(run: SimulationRun, codes: ReadonlySet<RefusalCode>): ReadonlySet<RefusalCode> {
  if (!codes.has('local-storage')) return codes
  const bare = [...run.decided.values()]
    .flat()
    .some(
      ({ pod, decision }) =>
        decision.action === 'Refuse' && pod.metadata.ownerReferences?.some((one) => one.controller) !== true,
    )
  return bare ? new Set<RefusalCode>([...codes, 'unmanaged-pods']) : codes
}

/** Pods that are deleted and never go (spec/drain.md E4). */
export function stuckPodFixes(run: SimulationRun, judged: readonly JudgedNode[]): readonly FixCandidate[] {
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
  const dead = judged.filter(({ reasons }) => reasons.some(({ code }) => code === 'node-not-ready'))
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
export function capacityFixes(judged: readonly JudgedNode[]): readonly FixCandidate[] {
  const name = judged.find(({ pods }) =>
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
      apply: ({ simulated, policy }) => ({ simulated: withTwin(simulated, name), policy }),
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
