import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import { compareText } from '../../model/text/text.ts'
import { millis } from '../../model/text/time.ts'
import type { SimPod } from '../cluster/simulated-cluster.ts'
import { VIOLATION } from '../disruption/eviction.ts'
import { type FilteredPod, refusals, warnings } from '../policy/kubectl-filters.ts'
import type { NodeEnd, Run } from '../simulation/command.ts'
import { budgetsOf } from '../state/state.ts'
import type { DrainOptions, PlannedNode, PlannedPod } from '../types.ts'
import type { Verdict } from '../verdict.ts'
import { type NodePath, unreadBudgets } from './node-path.ts'
import { nodeReasons } from './reasons.ts'
import { combinedFate, type PathFate, pathFates } from './replacement-outcomes.ts'

const budgetRef = ({ metadata }: PodDisruptionBudget): string =>
  `${metadata.namespace ?? ''}/${metadata.name}`

/** Every node of the command with its verdict, its reasons and its pods. */
export function plannedNodes(run: Run, options: DrainOptions): readonly PlannedNode[] {
  const fates = run.paths.map(({ final }) => pathFates(run.start, final, run.nodes))
  return run.nodes.map((name, index) => {
    const filtered = run.filtered.get(name) ?? []
    const paths = run.paths.flatMap((path, position): NodePath[] => {
      const end = path.ends[index]
      const own = fates[position] ?? new Map()
      return end === undefined
        ? []
        : [{ end, fates: own, verdict: pathVerdict(end, own, options, run.start.world.cluster.now) }]
    })
    const unknown = filtered.some(({ result }) => result.action === 'Unknown')
    const verdict = nodeVerdict(run, filtered, paths, options, unknown)
    return {
      name,
      verdict,
      reasons: nodeReasons(run, name, verdict, filtered, paths, options),
      warnings:
        refusals(filtered).length > 0
          ? []
          : warnings(filtered).map(({ message, pods }) => `${message}: ${pods.join(', ')}`),
      pods: filtered.map((one) => plannedPod(run, one, paths, options, verdict)),
    }
  })
}

/** spec/drain.md O7, for one node on one path. */
function pathVerdict(
  end: NodeEnd,
  fates: ReadonlyMap<SimPod, PathFate>,
  options: DrainOptions,
  now: number,
): Verdict {
  if (end.type === 'Refused') return 'Refused'
  if (end.type === 'NotReached') return 'Blocks'
  const left = new Set(end.left.map(({ why }) => why))
  if (left.has('Refused')) return 'Blocks'
  if (end.left.some((one) => one.why === 'Terminating' && outlastsPatience(one.pod, options, now)))
    return 'Waits'
  if (left.has('Fatal')) return 'Fails'
  return end.taken.some((pod) => fates.get(pod)?.degraded) ? 'DrainsDegraded' : 'Drains'
}

/** Whether kubectl waits for a pod that stays until `--timeout`, or for ever, and not only until it skips it (D7). */
function outlastsPatience({ origin }: SimPod, options: DrainOptions, now: number): boolean {
  const limit = options.skipWaitForDeleteTimeoutSeconds
  if (limit === 0 || options.timeoutSeconds === 0) return limit === 0
  const own = origin.spec?.terminationGracePeriodSeconds ?? 30
  const grace = options.gracePeriodSeconds >= 0 ? options.gracePeriodSeconds : own
  const deleted = millis(origin.metadata.deletionTimestamp)
  const terminatingFor = deleted === undefined ? -grace : (now - deleted) / 1000
  return limit - terminatingFor >= options.timeoutSeconds
}

/** Failures that differ between paths are named by the one that ends soonest. */
const FAILURES: readonly Verdict[] = ['Refused', 'Fails', 'Waits', 'Blocks']

function nodeVerdict(
  run: Run,
  filtered: readonly FilteredPod[],
  paths: readonly NodePath[],
  options: DrainOptions,
  unknownFilter: boolean,
): Verdict {
  if (refusals(filtered).length > 0) return 'Refused'
  if (unknownFilter || unreadBudgets(run, filtered, options).length > 0) return 'Unknown'
  const verdicts = new Set(paths.map(({ verdict }) => verdict))
  const failures = FAILURES.filter((verdict) => verdicts.has(verdict))
  const [failure] = failures
  const succeeds = verdicts.has('Drains') || verdicts.has('DrainsDegraded')
  if (failure === undefined) return verdicts.has('DrainsDegraded') ? 'DrainsDegraded' : 'Drains'
  if (!succeeds) return failure
  return run.doubts.length > 0 ? 'Unknown' : 'OrderDependent'
}

function plannedPod(
  run: Run,
  { pod, result }: FilteredPod,
  paths: readonly NodePath[],
  options: DrainOptions,
  verdict: Verdict,
): PlannedPod {
  const sim = run.start.world.byOrigin.get(pod)
  const owner = controllerOf(pod)
  const shown = {
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    ...(owner === undefined ? {} : { owner: { kind: owner.kind, name: owner.name } }),
    budgets: sim === undefined ? [] : budgetsOf(run.start, sim).map(budgetRef).sort(compareText),
  }
  if (result.action === 'Skip' || result.action === 'Refuse')
    return { ...shown, action: result.action, outcome: 'Remains', reason: result.reason }
  const action = options.disableEviction ? ('Delete' as const) : ('Evict' as const)
  if (result.action === 'Unknown') return { ...shown, action, outcome: 'Either', reason: result.reason }
  if (verdict === 'Refused')
    return { ...shown, action, outcome: 'Remains', reason: 'another pod of the node is refused' }
  const lefts = paths.map(({ end }) => leftOn(end, sim))
  const stays = lefts.filter((reason) => reason !== undefined)
  const unread = verdict === 'Unknown' && unreadBudgets(run, [{ pod, result }], options).length > 0
  const outcome = stays.length === 0 ? 'Gone' : stays.length === lefts.length ? 'Remains' : 'Either'
  const fates = paths.flatMap(({ fates: own }) => (sim === undefined ? [] : (own.get(sim) ?? [])))
  const replacement = combinedFate(fates)
  return {
    ...shown,
    action,
    outcome: unread ? 'Either' : outcome,
    ...(stays[0] === undefined ? {} : { reason: stays[0] }),
    ...(replacement === undefined ? {} : { replacement }),
  }
}

/** Why the pod is still there at the end of this path; undefined where it went. */
function leftOn(end: NodeEnd, pod: SimPod | undefined): string | undefined {
  if (end.type === 'NotReached') return `kubectl does not get to this node: it waits for ${end.after}`
  if (end.type === 'Refused') return 'another pod of the node is refused'
  const left = end.left.find((one) => one.pod === pod)
  if (left === undefined) return undefined
  return left.why === 'Refused' ? `${VIOLATION} ${left.message}` : left.message
}
