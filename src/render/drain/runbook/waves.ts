import type { PlannedWave } from '../../../drain/types/wave.ts'
import { shellCommand } from '../../../model/text/shell.ts'
import { listed, plural } from '../../../model/text/words.ts'
import { comment, PATIENCE, type RunbookCommands } from './commands.ts'

/** Between waves, nodes take pods again; what is done to them in between is not for a plan to know. */
export const WORK = [
  '# What to do with a drained node before it takes pods again: put the upgrade or the reboot here.',
  `work_on() { echo "node $1 is drained; nothing is done to it"; }`,
]

/** One wave: what to expect, checks before, the drain, and checks behind it. */
export function waveLines(
  { nodes, pods, missing, budgets, workloads, verdict }: PlannedWave,
  index: number,
  count: number,
  { run, drain, removed }: Pick<RunbookCommands, 'run' | 'drain'> & { readonly removed: boolean },
): readonly string[] {
  const last = index === count - 1
  return [
    comment(
      `${count > 1 ? `Wave ${index + 1} of ${count}: ` : ''}${listed(nodes)}; ${plural(pods, 'pod')} ${pods === 1 ? 'goes' : 'go'}.`,
    ),
    ...(verdict === 'DrainsDegraded'
      ? [comment(`Not every pod comes back: ${plural(missing, 'pod')} may stay away or Pending.`)]
      : []),
    ...budgets.map(({ namespace, name, healthyBefore, healthyLowest, healthyAfter, desiredHealthy }) =>
      comment(
        `Budget ${namespace}/${name}: ${healthyBefore} healthy, ${healthyLowest} at the lowest, then ${healthyAfter}; ${desiredHealthy} needed.`,
      ),
    ),
    ...budgets.flatMap(({ namespace, name, allowedBefore }) => [
      run('get', `pdb/${name}`, '-n', namespace),
      ...(allowedBefore > 0
        ? [run('wait', `pdb/${name}`, '-n', namespace, '--for=condition=DisruptionAllowed', PATIENCE)]
        : []),
    ]),
    ...(removed ? [] : [run('cordon', ...nodes)]),
    drain(nodes),
    ...workloads.map(({ namespace, kind, name, replicas, rollout }) => {
      const object = `${kind.toLowerCase()}/${name}`
      return rollout
        ? run('rollout', 'status', object, '-n', namespace, PATIENCE)
        : run('wait', object, '-n', namespace, `--for=jsonpath={.status.readyReplicas}=${replicas}`, PATIENCE)
    }),
    ...(last || removed
      ? []
      : nodes.flatMap((node) => [
          shellCommand(['work_on', node]),
          run('uncordon', node),
          run('wait', `node/${node}`, '--for=condition=Ready', PATIENCE),
        ])),
  ]
}
