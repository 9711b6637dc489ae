import { listed } from '../../../model/text/words.ts'
import type { Cause } from '../../cause.ts'
import { conditionEvidence } from '../../evidence.ts'
import { describeFix } from '../../fixes/commands.ts'
import { conditionOf, type PodInfo, secondsAgo } from '../../pod-info.ts'

/** A controller sets its condition within moments; before that nothing is wrong. */
const GATE_SECONDS = 30

/** All containers are ready, the pod is not: a readiness gate (docs/reference/probe-failures.md#F43). */
export function gateCauses(podInfo: PodInfo): readonly Cause[] {
  const { pod, cluster, object } = podInfo
  const ready = conditionOf(pod, 'Ready')
  const gates = pod.spec?.readinessGates ?? []
  const containersReady = conditionOf(pod, 'ContainersReady')
  if (
    podInfo.terminating ||
    gates.length === 0 ||
    ready?.status === 'True' ||
    containersReady?.status !== 'True'
  )
    return []
  if (secondsAgo(cluster, containersReady.lastTransitionTime) < GATE_SECONDS) return []
  const closed = gates.filter(({ conditionType }) => conditionOf(pod, conditionType)?.status !== 'True')
  if (closed.length === 0) return []
  const unset = closed.some(({ conditionType }) => conditionOf(pod, conditionType) === undefined)
  const words = GATE_WORDS[unset ? 'unset' : 'false']
  const names = listed(closed.map(({ conditionType }) => conditionType))
  return [
    {
      code: 'readiness-gate',
      layer: 'gate',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'Unready',
      summary: `containers are ready, the pod is not: readiness gate ${names} is ${words.state}`,
      explanation:
        'The pod becomes Ready only when another controller, such as the one of a load balancer, sets this condition to True. ' +
        `${words.why} No probe is at fault.`,
      evidence: [
        ...gates.map(({ conditionType }, index) => ({
          source: 'Spec' as const,
          object,
          path: `spec.readinessGates[${index}].conditionType`,
          text: conditionType,
        })),
        ...closed.flatMap(({ conditionType }) => conditionEvidence(podInfo, conditionType)),
        ...conditionEvidence(podInfo, 'Ready'),
      ],
      fixes: [
        describeFix(
          podInfo,
          'See the conditions of the pod, then the log of the controller that sets this one',
        ),
      ],
    },
  ]
}

const GATE_WORDS = {
  unset: {
    state: 'not set',
    why: 'It never set it: the controller does not run, or does not know the pod because nothing selects it.',
  },
  false: { state: 'not true', why: 'Its message says what it waits for.' },
} as const
