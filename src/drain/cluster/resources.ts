import { bare } from '../../model/kubernetes/fields.ts'
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

/** Reads a list of quantities, a ResourceList, as amounts. */
export type AmountsOf = (list: Readonly<Record<string, string>> | undefined) => Amounts

const readWith =
  (parse: typeof amount): AmountsOf =>
  (list) =>
    bare(
      Object.fromEntries(
        Object.entries(list ?? {}).map(([resource, quantity]) => [resource, parse(resource, quantity)]),
      ),
    )

export const amounts = readWith(amount)

/** The same for many lists: in a cluster quantities repeat by the thousand, and this one parses each text once. */
export function amountsOfMany(): AmountsOf {
  const parsed = new Map<string, number>()
  return readWith((resource, quantity) => {
    const key = resource === 'cpu' ? `c${quantity}` : `${quantity}`
    const value = parsed.get(key) ?? amount(resource, quantity)
    parsed.set(key, value)
    return value
  })
}

const combine = (a: Amounts, b: Amounts, merge: (x: number, y: number) => number): Amounts => {
  const result = bare(a)
  for (const [resource, value] of Object.entries(b)) result[resource] = merge(result[resource] ?? 0, value)
  return result
}

export const add = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => x + y)
export const subtract = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => x - y)
const larger = (a: Amounts, b: Amounts): Amounts => combine(a, b, Math.max)

/**
 * What the scheduler reserves for a pod: the larger of what its containers need together and what each init
 * container needs while it runs, plus overhead (docs/reference/scheduler.md#R6, component-helpers/resource
 * PodRequests). With `limits` the same of these, as quotas count them.
 */
export function podRequests(
  spec: PodSpec,
  read: AmountsOf = amounts,
  kind: 'requests' | 'limits' = 'requests',
  ofContainer: (container: Container) => Amounts = ({ resources }) => read(resources?.[kind]),
): Amounts {
  let running = spec.containers.map(ofContainer).reduce(add, bare({}))
  let sidecars: Amounts = bare({})
  let starting: Amounts = bare({})
  for (const container of spec.initContainers ?? []) {
    const own = ofContainer(container)
    if (container.restartPolicy === 'Always') {
      running = add(running, own)
      sidecars = add(sidecars, own)
      starting = larger(starting, sidecars)
    } else starting = larger(starting, add(sidecars, own))
  }
  const containers = larger(running, starting)
  const declared = Object.fromEntries(
    Object.entries(read(spec.resources?.[kind])).filter(
      ([resource]) => resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-'),
    ),
  )
  return add(bare({ ...containers, ...declared }), read(spec.overhead))
}

/**
 * What a pod that runs already occupies: a resize in flight counts with its larger side
 * (docs/reference/scheduler.md#R6).
 */
export function occupied(pod: Pod, read: AmountsOf): Amounts {
  const spec = pod.spec ?? { containers: [] }
  const statuses = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ].filter(({ allocatedResources, resources }) => allocatedResources != null || resources?.requests != null)
  if (statuses.length === 0) return podRequests(spec, read)
  return podRequests(spec, read, 'requests', (container) => {
    const status = statuses.find(({ name }) => name === container.name)
    return [status?.allocatedResources, status?.resources?.requests]
      .map(read)
      .reduce(larger, read(container.resources?.requests))
  })
}
