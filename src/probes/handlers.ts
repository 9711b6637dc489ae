import {
  describeHandler,
  effectiveProbes,
  type Handler,
  probedContainers,
} from '../model/kubernetes/probe.ts'
import type { Workload } from '../model/snapshot/workload.ts'

/** What the probes of a workload do, in its pods and in its template, by the name that a report gives it. */
export function handlersOf({ pods, template }: Workload): ReadonlyMap<string, Handler> {
  const specs = [...pods, ...(template === undefined ? [] : [template])].flatMap(({ spec }) => spec ?? [])
  const probes = specs
    .flatMap((spec) => [...probedContainers(spec)])
    .flatMap(({ container }) => effectiveProbes(container))
  return new Map(probes.map(({ handler }) => [describeHandler(handler), handler]))
}
