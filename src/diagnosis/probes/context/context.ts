import { type EffectiveProbe, probeField, resolvePort } from '../../../model/kubernetes/probe.ts'
import { matchesMap } from '../../../model/kubernetes/selector.ts'
import type { Evidence, Fix } from '../../../model/report/finding.ts'
import { millis } from '../../../model/text/time.ts'
import { plural } from '../../../model/text/words.ts'
import { specEvidence } from '../../evidence.ts'
import {
  type ContainerPatch,
  containerFix,
  handlerPatch,
  hasMutableTemplate,
  templateFix,
} from '../../fixes.ts'
import { type ContainerInfo, lastTermination } from '../../pod-info.ts'
import type { ProbeFailure } from '../failure.ts'
import { alike, type Diagnosis, probeNames } from '../rules/common.ts'
import { ingressPolicies } from '../rules/network.ts'
import { before } from './ready-revision.ts'

/**
 * The verdict with what stands around the pod and speaks for it: Services, the revision before, network policies, a
 * mesh. Adds evidence and fixes; code and confidence stay as they are.
 */
export function withContext(failure: ProbeFailure, verdict: Diagnosis): Diagnosis {
  const added = [
    servicePorts(failure, verdict),
    before(failure, verdict.code),
    mesh(failure, verdict),
    policies(failure, verdict),
    split(failure, verdict),
  ].flatMap((one) => (one === undefined ? [] : [one]))
  if (added.length === 0) return verdict
  const evidence = [...(verdict.evidence ?? []), ...added.flatMap((one) => one.evidence)]
  const fixes = [...added.flatMap((one) => one.fixes), ...verdict.fixes]
  return {
    ...verdict,
    evidence: distinct(evidence, ({ object, path, text }) => JSON.stringify([object, path, text])),
    // Two ways to find out the same value are one fix; the title that says where it comes from counts.
    fixes: distinct(fixes, ({ patch, command }) => JSON.stringify([patch ?? null, command ?? null])),
  }
}

interface Addition {
  readonly evidence: readonly Evidence[]
  readonly fixes: readonly Fix[]
}

function distinct<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  const seen = new Map<string, T>()
  for (const item of items) if (!seen.has(key(item))) seen.set(key(item), item)
  return [...seen.values()]
}

/** Where the Services that select the pod send their traffic in this container. */
function targetsOf({
  podInfo,
  spec: containerSpec,
}: ContainerInfo): readonly (Evidence & { readonly port: number })[] {
  const { cluster, pod } = podInfo
  const { namespace, labels } = pod.metadata
  return cluster.objects.services
    .filter(({ metadata, spec }) => metadata.namespace === namespace && matchesMap(spec?.selector, labels))
    .flatMap(({ metadata, spec }) =>
      (spec?.ports ?? []).flatMap(({ port: own, targetPort, protocol }, index) => {
        const written = (targetPort as number | string | undefined) ?? own
        const port = resolvePort(containerSpec, written)
        if (port === undefined || (protocol ?? 'TCP') !== 'TCP') return []
        const text = `${written}` === `${port}` ? `${port}` : `${written} (${port})`
        const object = `Service ${namespace}/${metadata.name}`
        return [{ source: 'Spec' as const, object, path: `spec.ports[${index}].targetPort`, text, port }]
      }),
    )
}

const REFUSED: readonly string[] = ['port-closed', 'bound-to-localhost', 'slow-start', 'startup-budget']

/** A Service sends traffic to one port of the container: that is the port of the application. */
function servicePorts(failure: ProbeFailure, { code, fixes }: Diagnosis): Addition | undefined {
  const { container, port, probe } = failure
  if (!REFUSED.includes(code) || port === undefined || probe.handler.kind === 'exec') return undefined
  const targets = targetsOf(container)
  const evidence = targets.map(({ port: _, ...rest }) => rest)
  const ports = [...new Set(targets.map((target) => target.port))]
  const [only] = ports
  const declared = container.spec.ports?.some(({ containerPort }) => containerPort === port)
  if (ports.length !== 1 || only === undefined || only === port || declared || code !== 'port-closed')
    return { evidence, fixes: [] }
  // The log has named the port already, and knows better.
  if (fixes.some(({ patch }) => patch !== undefined)) return { evidence, fixes: [] }
  const probes = alike(failure)
  const title = `Set port ${only} in place of ${port} in the ${probeNames(probes)}, as the Service has it`
  return { evidence, fixes: containerFix(container, title, handlerPatch(probes, { port: only })) }
}

const MESH_CODES: readonly string[] = [
  'connection-closed',
  'http-status',
  'not-http',
  'scheme-mismatch',
  'tls-client-cert',
  'tls-handshake',
  'unreachable',
]
const PROXIES = /^(istio-proxy|linkerd-proxy|envoy-sidecar|consul-dataplane)$/
const REWRITE = 'sidecar.istio.io/rewriteAppHTTPProbers'

/** A proxy of a mesh stands before the application, and may want mTLS of the kubelet, which has none. */
function mesh(failure: ProbeFailure, { code }: Diagnosis): Addition | undefined {
  const { container, probe } = failure
  const { podInfo } = container
  const proxy = podInfo.containers.find(({ name }) => PROXIES.test(name))
  if (!MESH_CODES.includes(code) || proxy === undefined || proxy === container) return undefined
  const { annotations } = podInfo.pod.metadata
  const off = annotations?.[REWRITE] === 'false'
  const evidence: Evidence[] = [specEvidence(proxy, 'name', `${proxy.name}, the proxy of a service mesh`)]
  if (off)
    evidence.push({
      source: 'Spec',
      object: podInfo.object,
      path: `metadata.annotations[${REWRITE}]`,
      text: 'false: the probes go to the application itself, through mTLS',
    })
  const { workload } = podInfo
  const declared = workload.template?.metadata?.annotations?.[REWRITE] === 'false'
  const fixes =
    off && declared && probe.handler.kind !== 'exec' && hasMutableTemplate(workload)
      ? [
          templateFix(workload, `Let Istio answer the probes: set annotation ${REWRITE} to true`, {
            metadata: { annotations: { [REWRITE]: 'true' } },
          }),
        ]
      : []
  return { evidence, fixes }
}

const POLICY_CODES: readonly string[] = ['connection-closed', 'hang', 'timeout-too-short', 'tls-handshake']

/** `unreachable` names them itself; they are worth knowing where packets may be dropped as well. */
const policies = (failure: ProbeFailure, { code }: Diagnosis): Addition | undefined =>
  POLICY_CODES.includes(code) && failure.everPassed !== true
    ? { evidence: ingressPolicies(failure), fixes: [] }
    : undefined

/** Replicas that are killed within this time have a reason in common. */
const TOGETHER_SECONDS = 90

/**
 * A liveness probe that asks for what the application depends on: restarts cannot mend that. The question goes to the
 * readiness probe, and liveness only tests that the process accepts connections.
 */
function split(failure: ProbeFailure, { code }: Diagnosis): Addition | undefined {
  const { container, probe, port } = failure
  if (code !== 'http-server-error' || probe.type !== 'liveness' || port === undefined) return undefined
  const readiness = container.probes.find(({ type }) => type === 'readiness')
  const same = JSON.stringify(readiness?.handler) === JSON.stringify(probe.handler)
  if (readiness !== undefined && !same) return { evidence: together(container), fixes: [] }
  const target = probe.handler.kind === 'exec' ? port : probe.handler.port
  const liveness = { [probe.handler.kind]: null, tcpSocket: { port: target } }
  const patch: ContainerPatch = {
    [probeField('liveness')]: liveness,
    ...(readiness === undefined ? { [probeField('readiness')]: readinessLike(probe) } : {}),
  }
  const title =
    readiness === undefined
      ? `Ask this in a readiness probe, which takes the pod out of service; liveness only tests that port ${target} is open`
      : `Leave this question to the readiness probe, which asks the same; liveness only tests that port ${target} is open`
  return { evidence: together(container), fixes: containerFix(container, title, patch) }
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

/** All replicas were killed at nearly the same time: the cause lies outside of them. */
function together({ podInfo, name }: ContainerInfo): readonly Evidence[] {
  const { pods } = podInfo.workload
  const ends = pods.flatMap((pod) => {
    const status = pod.status?.containerStatuses?.find((one) => one.name === name)
    return millis(lastTermination(status)?.finishedAt) ?? []
  })
  const apart = (Math.max(...ends) - Math.min(...ends)) / 1000
  if (pods.length < 2 || ends.length < pods.length || apart > TOGETHER_SECONDS) return []
  return [
    {
      source: 'Status',
      object: `${podInfo.workload.kind} ${podInfo.workload.namespace}/${podInfo.workload.name}`,
      path: 'status.containerStatuses',
      text: `all ${plural(pods.length, 'pod')} ended their last run within ${Math.ceil(apart)}s: the reason lies outside of them`,
    },
  ]
}
