import { resolvePort } from '../../../model/kubernetes/probe.ts'
import { matchesMap } from '../../../model/kubernetes/selector.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import type { Code } from '../../codes/codes.ts'
import { handlerPatch } from '../../fixes/container-patch.ts'
import { containerFix } from '../../fixes/patch.ts'
import type { ContainerInfo } from '../../pod-info.ts'
import { probeNames, sameHandlerProbes } from '../rules/common.ts'
import type { ContextRule } from './context-rule.ts'

/** A port of the container that a Service sends its traffic to. */
interface Target {
  readonly port: number
  readonly evidence: Evidence
}

/** Where the Services that select the pod send their traffic in this container. */
function targetsOf({ podInfo: { cluster, pod }, spec: container }: ContainerInfo): readonly Target[] {
  const { namespace, labels } = pod.metadata
  return cluster.objects.services
    .filter(({ metadata, spec }) => metadata.namespace === namespace && matchesMap(spec?.selector, labels))
    .flatMap(({ metadata, spec }) =>
      (spec?.ports ?? []).flatMap(({ port: own, targetPort, protocol }, index): readonly Target[] => {
        const written = (targetPort as number | string | undefined) ?? own
        const port = resolvePort(container, written)
        if (port === undefined || (protocol ?? 'TCP') !== 'TCP') return []
        const text = `${written}` === `${port}` ? `${port}` : `${written} (${port})`
        const object = `Service ${namespace}/${metadata.name}`
        return [{ port, evidence: { source: 'Spec', object, path: `spec.ports[${index}].targetPort`, text } }]
      }),
    )
}

/** Causes of a connection that is refused. */
const REFUSED: readonly Code[] = ['port-closed', 'bound-to-localhost', 'slow-start', 'startup-budget']

/** A Service sends traffic to one port of the container: that is the port of the application. */
export const serviceContext: ContextRule = (failure, { code, fixes }) => {
  const { container, port, probe } = failure
  if (!REFUSED.includes(code) || port === undefined || probe.handler.kind === 'exec') return undefined
  const targets = targetsOf(container)
  const evidence = targets.map((target) => target.evidence)
  const [only, ...others] = new Set(targets.map((target) => target.port))
  const declared = container.spec.ports?.some(({ containerPort }) => containerPort === port)
  if (others.length > 0 || only === undefined || only === port || declared || code !== 'port-closed')
    return { evidence, fixes: [] }
  // The log has named the port already, and knows better.
  if (fixes.some(({ patch }) => patch !== undefined)) return { evidence, fixes: [] }
  const probes = sameHandlerProbes(failure)
  const title = `Set port ${only} in place of ${port} in the ${probeNames(probes)}, as the Service has it`
  return { evidence, fixes: containerFix(container, title, handlerPatch(probes, { port: only })) }
}
