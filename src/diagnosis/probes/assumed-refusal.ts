import type { EffectiveProbe } from '../../model/kubernetes/probe.ts'
import type { ContainerInfo } from '../pod-info.ts'
import type { ProbeFailure } from './failure.ts'

/** What the events would have said of a probe that is refused: logs and spec then tell more. */
export const assumedRefusal = (
  container: ContainerInfo,
  probe: EffectiveProbe,
  port: number | undefined,
): ProbeFailure => ({
  container,
  probe,
  port,
  attempts: {
    class: 'net.refused',
    message: {
      probe: probe.type,
      verb: 'failed',
      counted: true,
      class: 'net.refused',
      handler: 'network',
      text: '',
      error: '',
    },
    occurrences: [],
    count: 0,
    countIsLowerBound: true,
    firstSeen: '',
    lastSeen: '',
  },
  kills: [],
  killed: probe.type === 'readiness' ? 'no' : 'likely',
  everPassed: undefined,
})
