import type { Following } from '../../drain/types/following.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { EXIT, type ExitCode } from '../../model/report/exit.ts'
import { indexCluster } from '../../model/snapshot/cluster.ts'
import { escapeText } from '../../model/text/escape.ts'
import { type InputFlags, readInput } from '../shared/input.ts'
import { watchOnTerminal } from '../shared/watch.ts'

interface FollowFlags extends InputFlags {
  readonly 'watch-interval': number
}

/**
 * Follows the real drain of a plan until all of its nodes are drained, and says where it leaves the plan.
 * @returns 0 where everything went as planned, else 1
 */
export async function followDrain(flags: FollowFlags, plan: DrainPlan): Promise<ExitCode> {
  const [{ followPlan, isDrained }, { drainNews }] = await Promise.all([
    import('../../drain/follow/follow.ts'),
    import('../../drain/follow/news.ts'),
  ])
  let left = false
  await watchOnTerminal<Following & { readonly now: string }>(
    {
      look: async (session) => {
        const { snapshot } = await readInput(flags, 'drain-plan', [], session)
        const following = followPlan(plan, indexCluster(snapshot))
        left ||= following.deviations.length > 0
        return { ...following, now: snapshot.now }
      },
      newsLines: (before, after) =>
        drainNews(before, after).map((line) => `${after.now}  ${escapeText(line)}`),
      end: (_, after) => (isDrained(after) ? 'The drain is complete.' : undefined),
    },
    flags,
    plan.gaps,
  )
  return left ? EXIT.findings : EXIT.ok
}
