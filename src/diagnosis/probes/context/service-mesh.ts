import type { Evidence } from '../../../model/report/finding.ts'
import type { Code } from '../../codes/codes.ts'
import { specEvidence } from '../../evidence.ts'
import { hasMutableTemplate, templateFix } from '../../fixes/patch.ts'
import type { ContextRule } from './context-rule.ts'

/** Causes that a proxy before the application can have brought. */
const MESH_CODES: readonly Code[] = [
  'connection-closed',
  'http-status',
  'not-http',
  'scheme-mismatch',
  'tls-client-cert',
  'tls-handshake',
  'unreachable',
]
const PROXIES: readonly string[] = ['istio-proxy', 'linkerd-proxy', 'envoy-sidecar', 'consul-dataplane']
const REWRITE = 'sidecar.istio.io/rewriteAppHTTPProbers'

/** A proxy of a mesh stands before the application, and may want mTLS of the kubelet, which has none. */
export const meshContext: ContextRule = ({ container, probe }, { code }) => {
  const { podInfo } = container
  const proxy = podInfo.containers.find(({ name }) => PROXIES.includes(name))
  if (!MESH_CODES.includes(code) || proxy === undefined || proxy === container) return undefined
  const found = specEvidence(proxy, 'name', `${proxy.name}, the proxy of a service mesh`)
  if (podInfo.pod.metadata.annotations?.[REWRITE] !== 'false') return { evidence: [found], fixes: [] }
  const notRewritten: Evidence = {
    source: 'Spec',
    object: podInfo.object,
    path: `metadata.annotations[${REWRITE}]`,
    text: 'false: the probes go to the application itself, through mTLS',
  }
  const { workload } = podInfo
  const declared = workload.template?.metadata?.annotations?.[REWRITE] === 'false'
  return {
    evidence: [found, notRewritten],
    fixes:
      declared && probe.handler.kind !== 'exec' && hasMutableTemplate(workload)
        ? [
            templateFix(workload, `Let Istio answer the probes: set annotation ${REWRITE} to true`, {
              metadata: { annotations: { [REWRITE]: 'true' } },
            }),
          ]
        : [],
  }
}
