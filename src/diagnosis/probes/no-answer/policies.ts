import type { NetworkPolicy, Pod } from '../../../model/kubernetes/objects.ts'
import { type EffectiveProbe, resolvePort } from '../../../model/kubernetes/probe.ts'
import { matchesSelector } from '../../../model/kubernetes/selector.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import type { Cluster } from '../../../model/snapshot/cluster.ts'
import { statusEvidence } from '../../evidence.ts'
import { type ContainerInfo, podInfoOf } from '../../pod-info.ts'
import type { ProbeFailure } from '../failure.ts'
import { goesToPod, passesSince } from './way.ts'

type IngressRule = NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[number]

/** In JSON the field is `from`; client-node gives it another name. */
type Rule = Omit<IngressRule, '_from'> & { readonly from?: IngressRule['_from'] | null }

/**
 * Network policies for ingress that select the pod, where none of them opens the probed port to everybody or to the node
 * (docs/reference/probe-failures.md#F10). Empty where packets of the kubelet are let in whatever the plugin does.
 */
export function ingressPolicies({
  container,
  port,
}: Pick<ProbeFailure, 'container' | 'port'>): readonly Evidence[] {
  return policiesAbout(container, port).map(({ metadata }) => ({
    source: 'Spec',
    object: `NetworkPolicy ${metadata.namespace}/${metadata.name}`,
    path: 'spec.podSelector',
    text: 'selects this pod and restricts ingress',
  }))
}

function policiesAbout(container: ContainerInfo, port: number | undefined): readonly NetworkPolicy[] {
  const { pod, cluster, node } = container.podInfo
  // What runs on the network of the node is not behind the policies of pods.
  if (pod.spec?.hostNetwork === true) return []
  const selecting = selectingPolicies(cluster, pod)
  const addresses = (node?.status?.addresses ?? []).map(({ address }) => address)
  const opens = (rule: Rule) => opensPort(rule, container, port) && letsIn(rule, addresses)
  return selecting.some(({ spec }) => (spec?.ingress as readonly Rule[] | undefined)?.some(opens))
    ? []
    : selecting
}

const selectingPolicies = (cluster: Cluster, { metadata }: Pod): readonly NetworkPolicy[] =>
  cluster.objects.networkpolicies.filter(
    ({ metadata: { namespace }, spec }) =>
      namespace === metadata.namespace &&
      (spec?.policyTypes ?? ['Ingress']).includes('Ingress') &&
      matchesSelector(spec?.podSelector ?? {}, metadata.labels),
  )

/** Without ports a rule is about all of them. */
const opensPort = ({ ports }: Rule, { spec }: ContainerInfo, port: number | undefined): boolean =>
  (ports ?? []).length === 0 ||
  (ports ?? []).some(({ port: from, endPort, protocol }) => {
    if ((protocol ?? 'TCP') !== 'TCP') return false
    if (from === undefined || from === null) return true
    const first = resolvePort(spec, from as number | string)
    return port !== undefined && first !== undefined && port >= first && port <= (endPort ?? first)
  })

/** Without peers a rule is about everybody. */
const letsIn = ({ from }: Rule, addresses: readonly string[]): boolean =>
  (from ?? []).length === 0 ||
  (from ?? []).some(
    ({ ipBlock }) =>
      ipBlock != null &&
      (isEverything(ipBlock.cidr) || addresses.some((address) => contains(ipBlock.cidr, address))) &&
      !(ipBlock.except ?? []).some((cidr) => addresses.some((address) => contains(cidr, address))),
  )

const isEverything = (cidr: string): boolean => /\/0$/.test(cidr)

/** Whether a block of IPv4 holds an address; of IPv6 it is not known. */
function contains(cidr: string, address: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/')
  const [network, own] = [numberOf(base), numberOf(address)]
  if (network === undefined || own === undefined) return false
  const size = 2 ** (32 - Number(bits))
  return Math.floor(network / size) === Math.floor(own / size)
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.').map(Number)
  return parts.length === 4 && parts.every((part) => part >= 0 && part <= 255)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : undefined
}

/** A probe over the network that a network policy could stop. */
interface PolicedProbe {
  readonly container: ContainerInfo
  readonly probe: EffectiveProbe
}

function policedProbes(cluster: Cluster, namespace: string): readonly PolicedProbe[] {
  return cluster
    .podsIn(namespace)
    .filter((pod) => selectingPolicies(cluster, pod).length > 0)
    .flatMap((pod) => podInfoOf(cluster, cluster.workloadOf(pod), pod, 'NoLogs').containers)
    .flatMap((container) =>
      container.probes.flatMap((probe) => {
        const { handler } = probe
        if (handler.kind === 'exec' || !goesToPod(container, probe)) return []
        const port = resolvePort(container.spec, handler.port)
        return policiesAbout(container, port).length === 0 ? [] : [{ container, probe }]
      }),
    )
}

/** A pod behind such policies whose probe passes all the same: the plugin of this cluster lets the kubelet through. */
export function passesBehindPolicies({ container, attempts }: ProbeFailure): Evidence | undefined {
  const { cluster, pod } = container.podInfo
  const passing = cluster
    .derive(policedProbes, pod.metadata.namespace ?? '')
    .find((one) => passesSince(one.container, one.probe, attempts.firstSeen))
  return passing === undefined
    ? undefined
    : statusEvidence(
        passing.container,
        'ready',
        `true: its ${passing.probe.type} probe passes, though a network policy restricts its ingress, too`,
      )
}
