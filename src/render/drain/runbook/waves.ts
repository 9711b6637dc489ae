import type { PlannedWave, WaveWorkload } from '../../../drain/types/wave.ts'
import { inNamespace, nameWord, typeAndName } from '../../../model/command/command.ts'
import { listed, plural } from '../../../model/text/words.ts'
import { comment, nodeWord, PATIENCE, type RunbookCommands, scriptLine } from './commands.ts'

const budgetWord = (name: string) => nameWord('PodDisruptionBudget', name, 'pdb/')

export interface WaveContext extends Pick<RunbookCommands, 'run' | 'drain' | 'check'> {
  /** Whether the nodes go for good. */
  readonly removed: boolean
}

/** One wave: what to expect, checks before, the drain, the work, and checks behind it. */
export function waveLines(wave: PlannedWave, context: WaveContext): readonly string[] {
  const { nodes, budgets, workloads } = wave
  const { run } = context
  return [
    ...expected(wave),
    ...budgets.flatMap(({ namespace, name, allowedBefore }) => {
      const place = inNamespace(namespace)
      return [
        run('get', budgetWord(name), ...place),
        ...(allowedBefore > 0
          ? [run('wait', budgetWord(name), ...place, '--for=condition=DisruptionAllowed', PATIENCE)]
          : []),
      ]
    }),
    ...drainLines(nodes, context, workloads),
  ]
}

/** The new plan that has to agree, the drain, the work, and the nodes' way back. */
export function drainLines(
  nodes: readonly string[],
  { run, drain, check, removed }: WaveContext,
  workloads: readonly WaveWorkload[] = [],
): readonly string[] {
  return [
    ...check(nodes),
    ...(removed ? [] : [run('cordon', ...nodes.map(nodeWord))]),
    drain(nodes),
    ...workloads.map((workload) => completeLine(workload, run)),
    ...nodes.flatMap((node) => [
      scriptLine(['work', nodeWord(node)]),
      ...(removed
        ? []
        : [
            run('uncordon', nodeWord(node)),
            run('wait', typeAndName('Node', node), '--for=condition=Ready', PATIENCE),
          ]),
    ]),
  ]
}

/** Waits until a workload has all its replicas. */
export function completeLine(
  { namespace, kind, name, replicas, rollout }: WaveWorkload,
  run: RunbookCommands['run'],
): string {
  const object = typeAndName(kind, name)
  const place = inNamespace(namespace)
  return rollout
    ? run('rollout', 'status', object, ...place, PATIENCE)
    : run('wait', object, ...place, `--for=jsonpath={.status.readyReplicas}=${replicas}`, PATIENCE)
}

const expected = ({ nodes, pods, missing, budgets, verdict }: PlannedWave): readonly string[] => [
  comment(`${listed(nodes)}: ${plural(pods, 'pod')} ${pods === 1 ? 'goes' : 'go'}.`),
  ...(verdict === 'DrainsDegraded'
    ? [comment(`Not every pod comes back: ${plural(missing, 'pod')} may stay away or Pending.`)]
    : []),
  ...budgets.map(({ namespace, name, healthyBefore, healthyLowest, healthyAfter, desiredHealthy }) =>
    comment(
      `PDB ${namespace}/${name}: ${healthyBefore} healthy, ${healthyLowest} at the lowest, then ${healthyAfter}; ${desiredHealthy} needed.`,
    ),
  ),
]
