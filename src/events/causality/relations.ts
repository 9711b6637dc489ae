import type { Pod } from '../../model/kubernetes/objects.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { isConditionTaint, namesConditionTaint } from '../facts/node-taint.ts'
import { subjectKey } from '../facts/subject.ts'
import type { Candidate } from '../incidents/candidate.ts'
import { claimsAndUsers } from './claims.ts'
import type { Relation } from './rule.ts'
import { blamedBy } from './shared-causes.ts'

/** Tells of two incidents whether they are related in a given way. */
export function relationsIn(
  cluster: Cluster,
): (relation: Relation, cause: Candidate, effect: Candidate) => boolean {
  const { claimsOf, nodesOfClaims } = claimsAndUsers(cluster)
  return (relation, cause, effect) => {
    switch (relation) {
      case 'Subject':
        return cause.subjectKey === effect.subjectKey
      case 'Container':
        return cause.subjectKey === effect.subjectKey && sameContainer(cause, effect)
      case 'Node':
        return overlap(cause.nodes, effect.nodes)
      case 'NodeTaint':
        return isKeptOffByNodeTaint(cluster, effect)
      case 'Claim':
        return overlap(claimsOf(cause), claimsOf(effect))
      case 'ClaimNode':
        return overlap(cause.nodes, nodesOfClaims(effect))
      case 'Dependency':
        return blamedBy(effect).some(({ subject }) => subjectKey(subject) === cause.subjectKey)
      case 'ScaleTarget':
        return scaleTargetOf(cluster, effect) === cause.subjectKey
    }
  }
}

const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((one) => b.has(one))

/** The events of a describe that was pasted do not say which container they are about. */
function sameContainer(cause: Candidate, effect: Candidate): boolean {
  const [one, other] = [cause.finding.subject.container, effect.finding.subject.container]
  return one === undefined || other === undefined || one === other
}

function scaleTargetOf(cluster: Cluster, { finding: { subject } }: Candidate): string | undefined {
  if (subject.kind !== 'HorizontalPodAutoscaler') return undefined
  const { kind, name } =
    cluster.find('horizontalpodautoscalers', subject.namespace, subject.name)?.spec?.scaleTargetRef ?? {}
  return kind === undefined || name === undefined
    ? undefined
    : subjectKey({ kind, name, ...(subject.namespace === undefined ? {} : { namespace: subject.namespace }) })
}

/** By the events, else by what the scheduler wrote into the pods, else by the nodes themselves. */
const isKeptOffByNodeTaint = (cluster: Cluster, { signs, pods }: Candidate): boolean =>
  signs.nodeTaint ||
  pods.some(({ namespace, name }) =>
    namesConditionTaint(schedulerMessage(cluster.find('pods', namespace, name))),
  ) ||
  (signs.code === 'unschedulable-taints' &&
    cluster.objects.nodes.some(({ spec }) => spec?.taints?.some(({ key }) => isConditionTaint(key))))

const schedulerMessage = (pod: Pod | undefined): string =>
  pod?.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message ?? ''
