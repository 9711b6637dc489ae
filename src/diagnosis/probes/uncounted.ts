import type { ProbeType } from '../../model/kubernetes/probe.ts'

/**
 * What comes of a probe whose every attempt errors: nothing, which is worse than a failure
 * (docs/reference/probes.md#inert).
 */
export function consequenceOfErrors(type: ProbeType, ready: boolean): string {
  switch (type) {
    case 'liveness':
      return 'the container is never restarted, whatever state it is in.'
    case 'startup':
      return 'the container is never taken for started, and never restarted either.'
    case 'readiness':
      return ready
        ? 'the container stays Ready, whatever state it is in.'
        : 'the container will never become Ready.'
  }
}
