import { specEvidence } from '../../diagnosis/evidence.ts'
import { handlerPatch } from '../../diagnosis/fixes/container-patch.ts'
import type { ContainerInfo } from '../../diagnosis/pod-info.ts'
import { handlerEvidence, portEvidence } from '../../diagnosis/probes/rules/common.ts'
import { resolvePort } from '../../model/kubernetes/probe.ts'
import { nearest } from '../../model/text/nearest.ts'
import { listed } from '../../model/text/words.ts'
import { type ContainerProbe, DOCS, probeSubject, probesOf, type Rule, type RuleSubject } from './rule.ts'
import { type Edit, fixContainer, runIn } from './shared/fixes.ts'

type Port = NonNullable<ContainerInfo['spec']['ports']>[number]

/** What a TCP connection can reach; probes speak nothing else. */
const tcpPorts = ({ spec }: ContainerInfo): readonly Port[] =>
  (spec.ports ?? []).filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP')

const portText = ({ name, containerPort }: Port): string => `${containerPort}${name ? ` (${name})` : ''}`

const declaredEvidence = (container: ContainerInfo) => [
  specEvidence(container, 'ports', tcpPorts(container).map(portText).join(', ') || 'no ports are declared'),
]

const declares = (container: ContainerInfo, port: number): boolean =>
  tcpPorts(container).some(({ containerPort }) => containerPort === port)

/** Probes with a port, by its number; a name that no port has is the business of one rule only. */
function* numberedPorts(subject: RuleSubject): Generator<ContainerProbe & { readonly port: number }> {
  for (const placed of probesOf(subject)) {
    const { handler } = placed.probe
    if (handler.kind === 'exec' || isElsewhere(handler)) continue
    const port = resolvePort(placed.container.spec, handler.port)
    if (port !== undefined) yield { ...placed, port }
  }
}

const isElsewhere = (handler: { readonly kind: string; readonly host?: string }): boolean =>
  handler.host !== undefined

const nameUndeclared: Rule = {
  id: 'probe-port-name-undeclared',
  severity: 'Warning',
  summary: 'A probe names a port that its container does not declare, so that it never runs.',
  docs: DOCS.probes,
  fix: 'Patch',
  coveredBy: ['port-name-unknown'],
  *find(subject) {
    for (const placed of probesOf(subject)) {
      const { container, probe } = placed
      const { handler } = probe
      if (handler.kind === 'exec' || typeof handler.port !== 'string') continue
      if (resolvePort(container.spec, handler.port) !== undefined) continue
      const { port: wanted } = handler
      const owner = subject.containers.find(({ spec }) => spec.ports?.some(({ name }) => name === wanted))
      yield {
        ...probeSubject(placed),
        summary: `${probe.type} probe names port "${wanted}", which container ${container.name} does not declare`,
        explanation:
          'The kubelet looks the name up among the ports of the same container only. It finds nothing, so that every ' +
          'attempt is an error, and errors count neither as failure nor as success: ' +
          `${WITHOUT_VERDICT[probe.type]}.` +
          (owner === undefined
            ? ''
            : ` Container ${owner.name} declares a port of that name; that does not count.`),
        evidence: [
          handlerEvidence({ ...placed, port: undefined }, 'port', wanted),
          ...declaredEvidence(container),
        ],
        fixes: knownPorts(container, wanted, owner).flatMap(({ port, edit }) =>
          fixContainer(subject, container, edit, handlerPatch([probe], { port })),
        ),
      }
    }
  },
}

const WITHOUT_VERDICT = {
  startup: 'the container never counts as started, and is never killed for it either',
  readiness: 'the pod never becomes ready',
  liveness: 'nothing will ever restart the container',
} as const

/** The ports that were probably meant, best first; none where it would be a guess. */
function knownPorts(
  container: ContainerInfo,
  wanted: string,
  owner: ContainerInfo | undefined,
): readonly { readonly port: number | string; readonly edit: Edit }[] {
  const ports = tcpPorts(container)
  const near = nearest(
    wanted,
    ports.flatMap(({ name }) => name ?? []),
  )
  if (near !== undefined)
    return [{ port: near, edit: ['Probe', `port "${near}", which the container declares`] }]
  const theirs = owner?.spec.ports?.find(({ name }) => name === wanted)?.containerPort
  if (theirs !== undefined)
    return [
      {
        port: theirs,
        edit: ['Probe', `port ${theirs} by its number: containers of a pod share their address`],
      },
    ]
  const [only, ...others] = ports
  return only === undefined || others.length > 0
    ? []
    : [
        {
          port: only.containerPort,
          edit: ['Probe', `port ${only.containerPort}, the only one that the container declares`],
        },
      ]
}

const onSibling: Rule = {
  id: 'probe-port-on-sibling',
  severity: 'Info',
  summary: 'A probe goes to a port that only another container of the pod declares.',
  docs: DOCS.probes,
  fix: 'None',
  coveredBy: ['port-closed'],
  *find(subject) {
    for (const placed of numberedPorts(subject)) {
      const { container, probe, port } = placed
      if (declares(container, port)) continue
      const owner = subject.containers.find((other) => declares(other, port))
      if (owner === undefined) continue
      yield {
        ...probeSubject(placed),
        summary: `${probe.type} probe of container ${container.name} goes to port ${port} of container ${owner.name}`,
        explanation:
          'Containers of a pod share their address, so the probe reaches the other container. What fails there ' +
          `${probe.type === 'readiness' ? 'makes' : 'restarts'} ${container.name}${probe.type === 'readiness' ? ' not ready' : ''}, ` +
          `and a fault of ${container.name} itself may go unseen.`,
        evidence: [
          portEvidence({ ...placed, port }),
          ...declaredEvidence(container),
          ...declaredEvidence(owner),
        ],
        fixes: [],
      }
    }
  },
}

const undeclared: Rule = {
  id: 'probe-port-undeclared',
  severity: 'Info',
  summary: 'A probe goes to a port that is not among those which its container declares.',
  docs: DOCS.probes,
  fix: 'Patch',
  coveredBy: ['port-closed', 'not-grpc'],
  *find(subject) {
    for (const placed of numberedPorts(subject)) {
      const { container, probe, port } = placed
      // Where nothing is declared at all, that this one is not declared says nothing.
      if (tcpPorts(container).length === 0 || subject.containers.some((other) => declares(other, port)))
        continue
      const [only, ...others] = tcpPorts(container)
      const service = subject.services?.find(({ spec }) => spec?.ports?.some((one) => one.port === port))
      yield {
        ...probeSubject(placed),
        summary: `${probe.type} probe goes to port ${port}; the container declares ${listed(tcpPorts(container).map(portText))}`,
        explanation:
          'Declared ports are only documentation, and a port works without. But they usually name what the ' +
          'application listens on, so the number may be a slip.' +
          (service === undefined
            ? ''
            : ` ${port} is a port of Service ${service.metadata.name}: probes go to the pod, past the Service, so they need its target port.`),
        evidence: [portEvidence({ ...placed, port }), ...declaredEvidence(container)],
        fixes: [
          ...runIn(
            subject,
            container,
            'See which ports are open in the pod (in hexadecimal; state 0A is listening)',
            ['cat', '/proc/net/tcp', '/proc/net/tcp6'],
          ),
          ...(only === undefined || others.length > 0
            ? []
            : fixContainer(
                subject,
                container,
                ['Probe', `port ${only.containerPort}, if that is where the application listens`],
                handlerPatch([probe], { port: only.containerPort }),
              )),
        ],
      }
    }
  },
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\]|0\.0\.0\.0|::)$/i

const hostSet: Rule = {
  id: 'probe-host-set',
  severity: 'Warning',
  summary: 'A probe sets host, so that it asks another address than that of its pod.',
  docs: DOCS.probes,
  fix: 'Patch',
  coveredBy: ['probe-host'],
  *find(subject) {
    for (const placed of probesOf(subject)) {
      const { container, probe } = placed
      const { handler } = probe
      if (handler.kind === 'exec' || handler.kind === 'grpc' || handler.host === undefined) continue
      const { host } = handler
      const isNode = LOOPBACK.test(host)
      // On the network of the node, the node's loopback is the pod's, too: static pods are probed so.
      if (isNode && subject.spec.hostNetwork) continue
      yield {
        ...probeSubject(placed),
        ...(isNode ? {} : { severity: 'Info' as const }),
        summary: `${probe.type} probe asks ${host} in place of the pod`,
        explanation:
          'The kubelet connects from the node. ' +
          (isNode
            ? `There, ${host} is the node itself, so that the probe never reaches the container.`
            : `What answers at ${host} may be another pod, and then this one is never checked.`) +
          ' To send a host name with the request, use httpHeaders with the name Host. Pod Security admission refuses ' +
          'host from the level baseline on (since 1.34).',
        evidence: [handlerEvidence({ ...placed, port: undefined }, 'host', host)],
        fixes: fixContainer(
          subject,
          container,
          ['Remove', 'host, so that the probe asks the pod'],
          handlerPatch([probe], { host: null }),
        ),
      }
    }
  },
}

const schemeAgainstName: Rule = {
  id: 'probe-scheme-against-port-name',
  severity: 'Info',
  summary: 'A probe speaks HTTP to a port that is named https, or the other way round.',
  docs: DOCS.probes,
  fix: 'Patch',
  coveredBy: ['scheme-mismatch', 'tls-handshake', 'tls-client-cert'],
  *find(subject) {
    for (const placed of numberedPorts(subject)) {
      const { container, probe, port } = placed
      if (probe.handler.kind !== 'httpGet') continue
      const declared = tcpPorts(container).find(({ containerPort }) => containerPort === port)
      const named = /^(https?)(-|$)/.exec(declared?.name ?? '')?.[1]?.toUpperCase()
      if (named === undefined || named === probe.handler.scheme) continue
      yield {
        ...probeSubject(placed),
        confidence: 'Possible',
        summary: `${probe.type} probe speaks ${probe.handler.scheme} to port ${port}, which is named ${declared?.name}`,
        explanation:
          'A server for one of HTTP and HTTPS does not understand the other, and the probe fails. The name of a port ' +
          'binds nobody; if it is right, the scheme of the probe is wrong.',
        evidence: [
          handlerEvidence({ ...placed, port }, 'scheme', probe.handler.scheme),
          ...declaredEvidence(container),
        ],
        fixes: fixContainer(
          subject,
          container,
          ['Speak', `${named}, if the name of the port is right`],
          handlerPatch([probe], { scheme: named }),
        ),
      }
    }
  },
}

/** Rules on where a probe goes. */
export const PORT_RULES: readonly Rule[] = [nameUndeclared, onSibling, undeclared, hostSet, schemeAgainstName]
