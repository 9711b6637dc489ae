import type { PlannedWave } from '../../../drain/types/wave.ts'
import { inNamespace, nameWord, typeAndName } from '../../../model/command/command.ts'
import { listed, plural } from '../../../model/text/words.ts'
import { comment, nodeWord, PATIENCE, type RunbookCommands, scriptLine } from './commands.ts'

const budgetWord = (name: string) => nameWord('PodDisruptionBudget', name, 'pdb/')

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
      run('get', budgetWord(name), ...inNamespace(namespace)),
      ...(allowedBefore > 0
        ? [
            run(
              'wait',
              budgetWord(name),
              ...inNamespace(namespace),
              '--for=condition=DisruptionAllowed',
              PATIENCE,
            ),
          ]
        : []),
    ]),
    ...(removed ? [] : [run('cordon', ...nodes.map(nodeWord))]),
    drain(nodes),
    ...workloads.map(({ namespace, kind, name, replicas, rollout }) => {
      const object = typeAndName(kind, name)
      const place = inNamespace(namespace)
      return rollout
        ? run('rollout', 'status', object, ...place, PATIENCE)
        : run('wait', object, ...place, `--for=jsonpath={.status.readyReplicas}=${replicas}`, PATIENCE)
    }),
    ...(last || removed
      ? []
      : nodes.flatMap((node) => [
          scriptLine(['work_on', nodeWord(node)]),
          run('uncordon', nodeWord(node)),
          run('wait', typeAndName('Node', node), '--for=condition=Ready', PATIENCE),
        ])),
  ]
}
