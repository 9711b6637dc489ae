import { type EffectiveProbe, probeField } from '../../../model/kubernetes/probe.ts'
import { type Evidence, tentative } from '../../../model/report/finding.ts'
import { millis } from '../../../model/text/time.ts'
import { plural } from '../../../model/text/words.ts'
import type { ContainerPatch } from '../../fixes/container-patch.ts'
import { containerFix } from '../../fixes/patch.ts'
import { type ContainerInfo, lastTermination } from '../../pod-info.ts'
import type { ContextRule } from './context-rule.ts'

/** Replicas that are killed within this time have a reason in common. */
const TOGETHER_SECONDS = 90

/**
 * A liveness probe that asks for what the application depends on: restarts cannot mend that. What it asks is left to
 * the readiness probe, and liveness only tests that the process accepts connections.
 */
export const sharedFailureContext: ContextRule = ({ container, probe, port }, { code }) => {
  if (code !== 'http-server-error' || probe.type !== 'liveness' || port === undefined) return undefined
  const evidence = endedTogether(container)
  const readiness = container.probes.find(({ type }) => type === 'readiness')
  const same = JSON.stringify(readiness?.handler) === JSON.stringify(probe.handler)
  if (readiness !== undefined && !same) return { evidence, fixes: [] }
  const target = probe.handler.kind === 'exec' ? port : probe.handler.port
  const liveness = { [probe.handler.kind]: null, tcpSocket: { port: target } }
  const patch: ContainerPatch = {
    [probeField('liveness')]: liveness,
    ...(readiness === undefined ? { [probeField('readiness')]: readinessLike(probe) } : {}),
  }
  const how =
    readiness === undefined
      ? 'Ask this in a readiness probe, which takes the pod out of service'
      : 'Leave this question to the readiness probe, which asks the same'
  return {
    evidence,
    fixes: tentative(
      containerFix(container, `${how}; liveness only tests that port ${target} is open`, patch),
    ),
  }
}

const readinessLike = ({
  probe,
  handler,
  periodSeconds,
  timeoutSeconds,
}: EffectiveProbe): ContainerPatch => ({
  [handler.kind]: probe[handler.kind],
  periodSeconds,
  timeoutSeconds,
})

/** All replicas ended at nearly the same time: the cause lies outside of them. */
function endedTogether({ podInfo: { workload }, name }: ContainerInfo): readonly Evidence[] {
  const { pods, kind, namespace } = workload
  const ends = pods.flatMap((pod) => {
    const status = pod.status?.containerStatuses?.find((one) => one.name === name)
    return millis(lastTermination(status)?.finishedAt) ?? []
  })
  const apart = (Math.max(...ends) - Math.min(...ends)) / 1000
  if (pods.length < 2 || ends.length < pods.length || apart > TOGETHER_SECONDS) return []
  return [
    {
      source: 'Status',
      object: `${kind} ${namespace}/${workload.name}`,
      path: 'status.containerStatuses',
      text: `all ${plural(pods.length, 'pod')} ended their last run within ${Math.ceil(apart)}s: the reason lies outside of them`,
    },
  ]
}
