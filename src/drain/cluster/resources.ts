import type { Container, Pod, PodSpec } from '../../model/kubernetes/objects.ts'
import { resourceValue } from '../../model/kubernetes/quantity.ts'

/** Amounts by resource: cpu in millicores, memory and the rest in whole units. */
export type Amounts = Readonly<Record<string, number>>

/** A text that is no quantity counts as 0. */
function amount(resource: string, quantity: string | number): number {
  try {
    return resourceValue(resource, quantity)
  } catch {
    return 0
  }
}

/** A list of quantities as amounts; the fields of a ResourceList. */
export const amounts = (list: Readonly<Record<string, string>> | undefined): Amounts =>
  Object.fromEntries(
    Object.entries(list ?? {}).map(([resource, quantity]) => [resource, amount(resource, quantity)]),
  )

const combine = (a: Amounts, b: Amounts, merge: (x: number, y: number) => number): Amounts => {
  const result: Record<string, number> = { ...a }
  for (const [resource, value] of Object.entries(b)) result[resource] = merge(result[resource] ?? 0, value)
  return result
}

export const add = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => x + y)
export const subtract = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => x - y)
const larger = (a: Amounts, b: Amounts): Amounts => combine(a, b, Math.max)

type Requests = (container: Container) => Amounts

const specRequests: Requests = ({ resources }) => amounts(resources?.requests)

/**
 * What the scheduler reserves for a pod: the larger of what its containers need together and what each init
 * container needs while it runs, plus overhead (docs/reference/scheduler.md#R6, component-helpers/resource
 * PodRequests).
 */
export function podRequests(
  spec: PodSpec,
  requestsOf: Requests = specRequests,
  kind: 'requests' | 'limits' = 'requests',
): Amounts {
  let running = spec.containers.map(requestsOf).reduce(add, {})
  let sidecars: Amounts = {}
  let starting: Amounts = {}
  for (const container of spec.initContainers ?? []) {
    const own = requestsOf(container)
    if (container.restartPolicy === 'Always') {
      running = add(running, own)
      sidecars = add(sidecars, own)
      starting = larger(starting, sidecars)
    } else starting = larger(starting, add(sidecars, own))
  }
  const containers = larger(running, starting)
  const podLevel = spec.resources?.[kind]
  const declared = Object.fromEntries(
    Object.entries(amounts(podLevel)).filter(
      ([resource]) => resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-'),
    ),
  )
  return add({ ...containers, ...declared }, amounts(spec.overhead))
}

/**
 * What a pod that runs already occupies: a resize in flight counts with its larger side
 * (docs/reference/scheduler.md#R6).
 */
export function occupied(pod: Pod): Amounts {
  const spec = pod.spec ?? { containers: [] }
  const statuses = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ].filter(({ allocatedResources, resources }) => allocatedResources != null || resources?.requests != null)
  if (statuses.length === 0) return podRequests(spec)
  return podRequests(spec, (container) => {
    const status = statuses.find(({ name }) => name === container.name)
    return [status?.allocatedResources, status?.resources?.requests]
      .map(amounts)
      .reduce(larger, specRequests(container))
  })
}
