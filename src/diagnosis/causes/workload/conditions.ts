import type { KubeObject } from '../../../model/kubernetes/objects.ts'
import { describeObject } from '../../../model/kubernetes/reference.ts'
import type { Evidence } from '../../../model/report/finding.ts'

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

/** `status.conditions` of any object that has them. */
const conditionsOf = (object: KubeObject | undefined): readonly Condition[] =>
  (object as { status?: { conditions?: readonly Condition[] } } | undefined)?.status?.conditions ?? []

/** The condition of this type, where it has this status. */
export const conditionWith = (
  object: KubeObject | undefined,
  type: string,
  status: 'True' | 'False',
): Condition | undefined =>
  conditionsOf(object).find((condition) => condition.type === type && condition.status === status)

/** A condition of this object as a fact. */
export const workloadConditionEvidence = (object: KubeObject, condition: Condition): Evidence => ({
  source: 'Status',
  object: describeObject(object),
  path: `status.conditions[${conditionsOf(object).indexOf(condition)}]`,
  text: `${condition.type}=${condition.status} ${[condition.reason, condition.message].filter(Boolean).join(': ')}`,
  ...(condition.lastTransitionTime ? { time: condition.lastTransitionTime } : {}),
})
