import type { Evidence } from '../../../../model/report/finding.ts'
import { specEvidence } from '../../../evidence.ts'
import type { ContainerInfo } from '../../../pod-info.ts'

/** The TCP ports that a container declares, except one. */
export const otherPorts = ({ spec }: ContainerInfo, except: number | undefined): readonly number[] => [
  ...new Set(
    (spec.ports ?? [])
      .filter(({ protocol, containerPort }) => (protocol ?? 'TCP') === 'TCP' && containerPort !== except)
      .map(({ containerPort }) => containerPort),
  ),
]

const declares = ({ spec }: ContainerInfo, port: number): boolean =>
  spec.ports?.some(({ containerPort }) => containerPort === port) === true

/** Whether any container of the pod declares the port. */
export const isDeclared = ({ podInfo }: ContainerInfo, port: number): boolean =>
  podInfo.containers.some((container) => declares(container, port))

/** The container that declares a port: this one if it does. */
export const ownerOf = (container: ContainerInfo, port: number): ContainerInfo | undefined =>
  [container, ...container.podInfo.containers].find((one) => declares(one, port))

/** Evidence for what the container declares. */
export function declaredEvidence(container: ContainerInfo): readonly Evidence[] {
  const ports = container.spec.ports ?? []
  if (ports.length === 0) return [specEvidence(container, 'ports', 'no ports are declared')]
  return ports.map(({ name, containerPort }, index) =>
    specEvidence(container, `ports[${index}].containerPort`, `${containerPort}${name ? ` (${name})` : ''}`),
  )
}

/** Whether the kubelet probes the pod by an IPv6 address, where 0.0.0.0 does not listen. */
export const isProbedByIpv6 = ({ podInfo: { pod } }: ContainerInfo): boolean =>
  pod.status?.podIP?.includes(':') === true
