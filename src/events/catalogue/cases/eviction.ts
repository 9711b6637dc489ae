import { NOTHING_TO_DO } from '../attention.ts'
import { casesWith } from './case.ts'

/** Why the kubelet evicted a pod, by its status message. */
export const EVICTION_CASES = casesWith({}, [
  {
    id: 'evicted-own-limit',
    pattern: /exceeds the (total )?limit|exceeded its local ephemeral storage limit/,
    meaning: 'The pod wrote more to local disk than its own limit allows; the node is fine',
    advice: 'Raise the ephemeral-storage or emptyDir limit, or write less',
    causeCode: 'evicted',
  },
  {
    id: 'evicted-at-admission',
    pattern: /^(?:Pod (?:was rejected: )?)?The node had condition/,
    meaning: 'The node refused the pod because it is short of resources; the pod never ran',
    advice: 'Relieve the node; many copies mean that a controller tries again and again',
    causeCode: 'evicted',
  },
  {
    id: 'evicted-node-pressure',
    pattern: /^The node was low on resource/,
    meaning: 'The node ran short of a resource, and the kubelet ended this pod to save the others',
    advice:
      'The message names the resource and who used it: raise the request, mend the leak or enlarge the node',
    causeCode: 'evicted',
  },
])

/** The taint manager takes a deletion back where the taint goes away in time. */
export const TAINT_EVICTION_CASES = casesWith({}, [
  {
    id: 'taint-eviction-cancelled',
    pattern: /^Cancelling deletion/,
    meaning: 'The taint went away in time, and the pod stays',
    advice: NOTHING_TO_DO,
    severity: 'Info',
    attention: 'Step',
  },
])
