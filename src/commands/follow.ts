import type { Following } from '../drain/follow.ts'
import type { DrainPlan } from '../drain/types.ts'
import { indexCluster } from '../model/cluster.ts'
import { EXIT, type ExitCode } from '../model/exit.ts'
import { readInput } from './input.ts'
import { type WatchFlags, watch } from './watch.ts'

/**
 * Follows the real drain of a plan until all of its nodes are drained, and says where it leaves the plan.
 * @returns 0 where everything went as planned, else 1
 */
export async function followDrain(flags: WatchFlags, plan: DrainPlan): Promise<ExitCode> {
  const { followPlan, isDrained, drainNews } = await import('../drain/follow.ts')
  let left = false
  await watch<Following & { readonly now: string }>(flags, {
    look: async (session) => {
      const { snapshot } = await readInput(flags, 'drain-plan', [], session)
      const following = followPlan(plan, indexCluster(snapshot))
      left ||= following.deviations.length > 0
      return { ...following, now: snapshot.now }
    },
    at: ({ now }) => now,
    changes: drainNews,
    isOver: isDrained,
  })
  return left ? EXIT.findings : EXIT.ok
}
