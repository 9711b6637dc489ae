import { commandOf, inNamespace, nameWord } from '../../model/command/command.ts'
import type { Container, ResourceQuota } from '../../model/kubernetes/objects.ts'
import { resourceValue } from '../../model/kubernetes/quantity.ts'
import { matchesMap } from '../../model/kubernetes/selector.ts'
import { nearest } from '../../model/text/nearest.ts'
import { DOCS, probesOf, type Remark, type Rule, type RuleSubject } from './rule.ts'
import { objectEvidence, workloadEvidence } from './shared/evidence.ts'
import { editFix, fixObject, fixWorkload } from './shared/fixes.ts'
import { deploymentSpec, rolloutSteps, servedBy } from './shared/serving.ts'

const ZERO = /^0%?$/

const cannotMove: Rule = {
  id: 'rollout-cannot-move',
  severity: 'Warning',
  summary: 'A rollout may neither add a pod nor take one away, so that it never begins.',
  docs: DOCS.deployment,
  fix: 'Patch',
  coveredBy: ['quota-exceeded'],
  *find(subject): Generator<Remark> {
    const rolling = deploymentSpec(subject)?.strategy?.rollingUpdate
    if (rolling == null) return
    if (ZERO.test(`${rolling.maxSurge}`) && ZERO.test(`${rolling.maxUnavailable}`)) yield refused(subject)
    else yield* withoutRoom(subject)
  },
}

const refused = (subject: RuleSubject): Remark => ({
  summary: 'maxSurge and maxUnavailable are both 0',
  explanation:
    'One of them must be above 0, else no pod can be replaced. The API server refuses the Deployment.',
  evidence: [
    workloadEvidence(subject, 'spec.strategy.rollingUpdate.maxSurge', '0'),
    workloadEvidence(subject, 'spec.strategy.rollingUpdate.maxUnavailable', '0'),
  ],
  fixes: [editFix(subject, ['Set', 'maxSurge 1'])],
})

/** New pods come first, and a quota has no room for one more. */
function* withoutRoom(subject: RuleSubject): Generator<Remark> {
  const { workload, cluster } = subject
  const replicas = workload.replicas ?? 1
  const steps = rolloutSteps(subject, replicas)
  if (steps === undefined || steps.unavailable > 0 || replicas === 0) return
  const quotas = cluster.objects.resourcequotas.filter(
    ({ metadata }) => metadata.namespace === workload.namespace,
  )
  for (const quota of quotas) {
    const short = shortage(subject, quota, replicas)
    if (short === undefined) continue
    const { name, namespace = workload.namespace } = quota.metadata
    yield {
      confidence: 'Likely',
      summary: `rollouts start with one pod more, and quota ${name} has no room for it: ${short.resource} ${short.used} of ${short.hard}`,
      explanation:
        'With maxUnavailable 0 an old pod goes only when a new one is ready. The quota refuses the new one, so that the ' +
        'rollout waits until its deadline, and nothing changes.',
      evidence: [
        workloadEvidence(
          subject,
          'spec.strategy.rollingUpdate.maxUnavailable',
          `${deploymentSpec(subject)?.strategy?.rollingUpdate?.maxUnavailable}`,
        ),
        objectEvidence(quota, `spec.hard[${short.resource}]`, short.hard),
      ],
      fixes: [
        {
          title: 'See what uses the quota up',
          risk: 'Inspect',
          ...commandOf([
            ...['kubectl', 'describe', 'resourcequota', nameWord('ResourceQuota', name)],
            ...inNamespace(namespace),
          ]),
        },
        ...(replicas > 1 || servedBy(subject).length === 0
          ? [
              fixWorkload(subject, 'Take one old pod away first: maxUnavailable 1, maxSurge 0', {
                strategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
              }),
            ]
          : []),
      ],
    }
    return
  }
}

interface Shortage {
  readonly resource: string
  readonly used: string
  readonly hard: string
}

/** The first resource of the quota that one more pod would exceed. A quota with scopes may not count these pods. */
function shortage(
  subject: RuleSubject,
  { spec, status }: ResourceQuota,
  replicas: number,
): Shortage | undefined {
  if (spec?.scopes?.length || spec?.scopeSelector) return undefined
  for (const [resource, hard] of Object.entries(spec?.hard ?? {}).sort()) {
    const [unit, need] = needOf(subject, resource)
    if (need === 0) continue
    // Before it is applied, at least the pods of this workload will count.
    const used = status?.used?.[resource]
    const taken = used === undefined ? need * replicas : resourceValue(unit, used)
    if (taken + need > resourceValue(unit, hard)) return { resource, used: used ?? `${replicas} pods`, hard }
  }
  return undefined
}

/** The unit of a resource of a quota, and how much of it one pod takes. */
function needOf({ spec }: RuleSubject, resource: string): readonly [unit: string, need: number] {
  if (resource === 'pods' || resource === 'count/pods') return ['pods', 1]
  const [, kind = 'requests', unit = ''] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(resource) ?? []
  if (unit === '') return ['pods', 0]
  const own = ({ resources }: Container): number => {
    const limit = resources?.limits?.[unit]
    const value = kind === 'limits' ? limit : (resources?.requests?.[unit] ?? limit)
    return value === undefined ? 0 : resourceValue(unit, value)
  }
  const sum = (all: readonly Container[]) => all.reduce((total, container) => total + own(container), 0)
  const init = spec.initContainers ?? []
  const running = sum([...spec.containers, ...init.filter(({ restartPolicy }) => restartPolicy === 'Always')])
  return [unit, Math.max(running, ...init.map(own))]
}

const unchecked: Rule = {
  id: 'rollout-unchecked',
  severity: 'Info',
  summary: 'A rollout replaces all pods without waiting to see whether the new ones work.',
  docs: DOCS.deployment,
  fix: 'Patch',
  *find(subject) {
    const { workload, spec } = subject
    const own = (workload.object as { spec?: { minReadySeconds?: number } } | undefined)?.spec
    if (!/^(Deployment|StatefulSet)$/.test(workload.kind) || (workload.replicas ?? 1) < 2) return
    // For pods behind a Service no-readiness-probe says it.
    if (own?.minReadySeconds || spec.readinessGates?.length) return
    if (subject.services === undefined || servedBy(subject).length > 0) return
    if ([...probesOf(subject)].some(({ probe }) => probe.type !== 'liveness')) return
    yield {
      summary: 'minReadySeconds is 0, and no container has a readiness or startup probe',
      explanation:
        'A new pod counts as available as soon as its process runs, and the next old one is taken away at once. A release ' +
        'that crashes after a second has replaced all pods by then.',
      evidence: [workloadEvidence(subject, 'spec.minReadySeconds', `${own?.minReadySeconds ?? 0}`)],
      fixes: [
        fixWorkload(subject, 'Wait 10 seconds for each pod to stay up; a readiness probe would tell more', {
          minReadySeconds: 10,
        }),
      ],
    }
  },
}

const portName: Rule = {
  id: 'service-port-name-undeclared',
  severity: 'Warning',
  summary:
    'A Service sends traffic to a port name that no container of its pods declares, so that it has no endpoints.',
  docs: DOCS.services,
  fix: 'Patch',
  *find(subject): Generator<Remark> {
    const declared = namedPorts(subject.containers.map(({ spec }) => spec))
    for (const service of servedBy(subject)) {
      for (const [index, port] of (service.spec?.ports ?? []).entries()) {
        const target = port.targetPort as number | string | undefined
        if (typeof target !== 'string' || /^\d+$/.test(target) || declared.includes(target)) continue
        if (elsewhere(subject, service.spec?.selector, target)) continue
        const meant = nearest(target, declared)
        const title = `Set targetPort ${meant} in place of ${target}`
        yield {
          summary: `Service ${service.metadata.name} sends port ${port.port} to "${target}", which no container declares`,
          explanation:
            'The name is looked up among the ports of the containers. A pod without it is left out of the endpoints, ' +
            'however ready it is, and connections to this port of the Service are refused.',
          evidence: [objectEvidence(service, `spec.ports[${index}].targetPort`, target)],
          fixes:
            meant === undefined
              ? [{ title: `Declare a port named ${target} on the container that serves it`, risk: 'Low' }]
              : [
                  fixObject(
                    service,
                    title,
                    { ports: [{ port: port.port, protocol: port.protocol ?? 'TCP', targetPort: meant }] },
                    'strategic',
                  ),
                ],
        }
      }
    }
  },
}

const namedPorts = (containers: readonly Container[]): readonly string[] =>
  containers.flatMap(({ ports = [] }) => ports.flatMap(({ name }) => (name ? [name] : [])))

/** A Service over several workloads finds the port where one of them has it. */
const elsewhere = (
  { cluster, workload }: RuleSubject,
  selector: Readonly<Record<string, string>> | undefined,
  port: string,
): boolean =>
  cluster
    .workloads()
    .some(
      (other) =>
        other.namespace === workload.namespace &&
        matchesMap(selector, other.template?.metadata?.labels ?? other.pods[0]?.metadata.labels) &&
        namedPorts([
          ...((other.template ?? other.pods[0])?.spec?.containers ?? []),
          ...((other.template ?? other.pods[0])?.spec?.initContainers ?? []),
        ]).includes(port),
    )

/** Rules on rollouts that cannot begin or cannot be told to have failed, and on the way of traffic. */
export const MOVING_RULES: readonly Rule[] = [cannotMove, portName, unchecked]
