import { casesWith } from './case.ts'

/** Why the API server refuses pods that a controller wants to create (docs/reference/events.md#B5.1). */
export const CREATE_CASES = casesWith({}, [
  {
    id: 'create-quota',
    pattern: /exceeded quota/,
    meaning: 'A ResourceQuota of the namespace is used up, so no more pods can be created',
    advice: 'Raise the quota, delete what is not needed, or request less',
    causeCode: 'quota-exceeded',
  },
  {
    id: 'create-quota-unset',
    pattern: /failed quota/,
    meaning: 'A ResourceQuota demands requests or limits that the pods do not set',
    advice: 'Set them in the pod template, or defaults with a LimitRange',
    causeCode: 'quota-exceeded',
  },
  {
    id: 'create-pod-security',
    pattern: /violates PodSecurity/,
    meaning: 'The Pod Security Standard of the namespace forbids what the pod template asks for',
    advice: 'Correct the security context as the message says, or choose another level for the namespace',
    causeCode: 'pod-security',
  },
  {
    id: 'create-limit-range',
    pattern: /(maximum|minimum) \S+ usage per|limit to request ratio/,
    meaning: 'A LimitRange of the namespace forbids these requests or limits',
    advice: 'Bring requests and limits into the range, or change the LimitRange',
    causeCode: 'admission-denied',
  },
  {
    id: 'create-service-account',
    pattern: /service ?account .*not found/,
    meaning: 'The ServiceAccount of the pods does not exist',
    advice: 'Create it, or correct serviceAccountName',
    causeCode: 'admission-denied',
  },
  {
    id: 'create-webhook-down',
    pattern: /failed calling webhook/,
    meaning: 'An admission webhook that has to agree does not answer, which stops pods all over the cluster',
    advice: 'Mend the service behind the webhook, or set its failurePolicy to Ignore until it is back',
    causeCode: 'admission-denied',
  },
  {
    id: 'create-webhook-denied',
    pattern: /admission webhook .* denied the request/,
    meaning: 'An admission webhook refuses the pods',
    advice: 'Read in the message what the policy demands',
    causeCode: 'admission-denied',
  },
  {
    id: 'create-policy-denied',
    pattern: /ValidatingAdmissionPolicy .* denied request/,
    meaning: 'An admission policy of the cluster refuses the pods',
    advice: 'Read in the message what the policy demands',
    causeCode: 'admission-denied',
  },
  {
    id: 'create-priority-class',
    pattern: /no PriorityClass with name/,
    meaning: 'The PriorityClass of the pods does not exist',
    advice: 'Create it, or correct priorityClassName',
    causeCode: 'admission-denied',
  },
  {
    id: 'create-invalid',
    pattern: /is invalid: /,
    meaning: 'The pods are not valid as the template makes them',
    advice: 'Correct the field that the message names',
    causeCode: 'admission-denied',
  },
])
