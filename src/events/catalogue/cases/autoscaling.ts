import { casesWith } from './case.ts'

/** Why an autoscaler does not get CPU or memory figures. */
export const RESOURCE_METRIC_CASES = casesWith({}, [
  {
    id: 'hpa-request-missing',
    pattern: /missing request for/,
    meaning: 'A container has no request, so its utilisation cannot be computed',
    advice: 'Set the request of the container that the message names',
    severity: 'Error',
  },
  {
    id: 'hpa-no-pod-metrics',
    pattern: /no metrics returned|did not receive metrics/,
    meaning: 'There are no figures for the pods, as while they start or are not ready',
    advice: 'Wait two minutes; then look at the pods and at metrics-server',
    severity: 'Warning',
    attention: 'WhenRepeated',
  },
  {
    id: 'hpa-metrics-api-down',
    pattern: /unable to fetch metrics from resource metrics API|could not find the requested resource/,
    meaning: 'The metrics API does not answer, so nothing is scaled by CPU or memory',
    advice: 'Install or mend metrics-server: kubectl get apiservice v1beta1.metrics.k8s.io',
    severity: 'Error',
  },
])
