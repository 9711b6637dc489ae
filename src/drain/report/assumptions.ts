import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { describeReference, nameOf } from '../../model/kubernetes/reference.ts'
import { foreignOwner, operatorOfOwner } from '../../model/managers/operator.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { compareText } from '../../model/text/sort.ts'
import { listed } from '../../model/text/words.ts'
import type { SimPod, SimulatedCluster } from '../cluster/simulated-cluster.ts'
import { readiness } from '../controllers/replacement-pod.ts'
import { evictionReviewers } from '../disruption/admission.ts'
import { budgetsOfPod } from '../disruption/coverage.ts'
import { claimedPods } from '../disruption/fresh-status.ts'
import type { SimulationRun } from '../simulation/simulate.ts'
import { staleBudgets } from './stale-budgets.ts'

/**
 * Budgets with a pod that another one matches, too (docs/reference/disruption-budgets.md#B9). Asks about every pod of
 * the cluster.
 */
export const sharingBudgets = (simulated: SimulatedCluster): ReadonlySet<PodDisruptionBudget> =>
  new Set(
    simulated.pods.flatMap((pod) => {
      const over = budgetsOfPod(simulated, pod)
      return over.length > 1 ? over : []
    }),
  )

const ADMISSION = [
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'validatingadmissionpolicies',
] as const

/** What is taken for granted of who is asked about evictions. */
function admissionAssumptions(cluster: Cluster): readonly string[] {
  const unread = ADMISSION.filter((resource) => !cluster.wasRead(resource))
  return [
    ...(unread.length === 0 ? [] : [`${listed(unread)} were not read: none is taken to refuse an eviction.`]),
    ...evictionReviewers(cluster).flatMap(({ webhook, known, backends, failurePolicy, service }) => {
      if (backends === 'None' && failurePolicy === 'Ignore')
        return [
          `Service ${service} has no Ready pod, so that webhook ${webhook} is passed over (failurePolicy Ignore).`,
        ]
      return known?.goesBy === undefined
        ? []
        : [
            `${known.name} is asked about evictions, and has no ${known.goesBy} about them: these are not read.`,
          ]
    }),
  ]
}

/** Which operators are taken to do as they document: to make their pods again. */
function operatorAssumptions(taken: readonly SimPod[]): readonly string[] {
  const owners = taken.flatMap(({ owner, namespace }) => {
    const foreign = foreignOwner(owner)
    const known = foreign === undefined ? undefined : operatorOfOwner(foreign)
    return foreign === undefined || known?.makesAgain !== true
      ? []
      : [`${known.name} makes the pods of ${describeReference({ ...foreign, namespace })} again.`]
  })
  return [...new Set(owners)].sort(compareText)
}

/**
 * What the plan takes for granted, in short sentences.
 * @param sharing the {@link sharingBudgets} of the cluster
 */
export function assumptionsOf(
  run: SimulationRun,
  sharing: ReadonlySet<PodDisruptionBudget>,
): readonly string[] {
  const { simulated, budgetStatus } = run.start
  const taken = run.courses.flatMap(({ ends }) =>
    ends.flatMap((end) => (end.type === 'Ended' ? end.taken : [])),
  )
  const found: string[] = []
  if (taken.length > 0)
    found.push(
      'A replacement that is bound to a node becomes Ready.',
      'The default scheduler places the replacements; no node is added or removed meanwhile.',
    )
  const neverReady = [
    ...new Set(
      taken
        .filter((pod) => pod.owner !== undefined && readiness(run.start, pod) !== 'Ready')
        .map((pod) => `${pod.owner?.kind} ${pod.namespace}/${pod.owner?.name}`),
    ),
  ].sort()
  for (const owner of neverReady)
    found.push(`New pods of ${owner} do not become Ready, because none of its pods is.`)
  found.push(...operatorAssumptions(taken))
  if (run.policy.removal === 'Evict' && taken.length > 0)
    found.push(...admissionAssumptions(simulated.cluster))
  const stale = staleBudgets(run).map(({ namespace, name }) => `${namespace}/${name}`)
  if (stale.length > 0)
    found.push(
      `The status of ${listed(stale)} is out of date, and the disruption controller counts it again before kubectl gives up.`,
    )
  const believed = budgetsCountedElsewhere(run)
  if (believed.length > 0)
    found.push(
      `Not all controllers of the pods of ${listed(believed)} were read: how many pods there should be is taken from the status.`,
    )
  const shared = [...sharing]
    .filter((budget) => budgetStatus.has(budget))
    .map(nameOf)
    .sort(compareText)
  if (shared.length > 0)
    found.push(
      `${listed(shared)} share pods: when one changes, the disruption controller counts only one of them again, ` +
        'so the last numbers of the others may be older.',
    )
  const claimed = [...budgetStatus.keys()]
    .filter((budget) => claimedPods(budget, simulated).length > 0)
    .map(nameOf)
  if (claimed.length > 0 && run.policy.deadlineSeconds !== undefined)
    found.push(
      `${listed(claimed.sort(compareText))} had evictions in the last two minutes whose pods are still there: the ` +
        'disruption controller counts these as gone until the two minutes are over, and kubectl may give up before.',
    )
  for (const doubt of run.doubts) found.push(`Not known: ${doubt}.`)
  if (!run.complete)
    found.push(
      'Not every order of evictions and placements was tried; the verdict rests on a sample of them.',
    )
  const unread = (
    ['replicasets', 'deployments', 'statefulsets', 'replicationcontrollers', 'jobs'] as const
  ).filter(
    (resource) =>
      !simulated.cluster.wasRead(resource) &&
      taken.some(({ owner }) => owner !== undefined && `${owner.kind.toLowerCase()}s` === resource),
  )
  if (unread.length > 0)
    found.push(`${unread.join(', ')} were not read: each is taken to replace every pod that it loses.`)
  if (taken.length > 0 && !simulated.cluster.wasRead('resourcequotas'))
    found.push('ResourceQuotas were not read: none is taken to refuse a replacement.')
  return found
}

/** Budgets that depend on how many pods there should be, where only their status tells (docs/reference/disruption-budgets.md#B4). */
const budgetsCountedElsewhere = ({ start, policy }: SimulationRun): readonly string[] =>
  policy.removal === 'Delete'
    ? []
    : [...start.tallies]
        .filter(
          ([{ spec }, { scales }]) =>
            typeof spec?.minAvailable !== 'number' &&
            [...scales.values()].some(({ scale }) => scale.type === 'Unread'),
        )
        .map(([budget]) => nameOf(budget))
        .sort(compareText)
