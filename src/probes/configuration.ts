import { withManagers } from '../diagnosis/fixes/managed.ts'
import type { ContainerInfo, PodInfo } from '../diagnosis/pod-info.ts'
import { UserError } from '../model/errors.ts'
import type { Pod, Service } from '../model/kubernetes/objects.ts'
import { effectiveProbes, probedContainers } from '../model/kubernetes/probe.ts'
import { matchesMap } from '../model/kubernetes/selector.ts'
import { type Finding, RISKS, SEVERITIES, type Severity, type Subject } from '../model/report/finding.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import { isPodReady } from '../model/snapshot/ready.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { nearest } from '../model/text/nearest.ts'
import { sortedBy } from '../model/text/sort.ts'
import { isApplied, type Remark, type Rule, type RuleSubject } from './rules/rule.ts'
import { RULES } from './rules/rules.ts'
import { templatePath } from './rules/shared/evidence.ts'

/** Severities that the user gives to rules, by id. */
export type RuleSettings = ReadonlyMap<string, Severity | 'off'>

const IGNORE = 'rollout-safety/ignore'

/**
 * Parses the values of `--rule ID=error|warning|info|off`; the last one of an id counts.
 * @throws UserError that names the part that is wrong
 */
export function ruleSettings(values: readonly string[]): RuleSettings {
  return new Map(
    values.map((value) => {
      const [id = '', word = ''] = value.split('=')
      if (!RULES.some((rule) => rule.id === id)) throw unknownRule(id)
      const severity = [...SEVERITIES, 'off' as const].find((one) => one.toLowerCase() === word.toLowerCase())
      if (severity === undefined)
        throw new UserError(
          `invalid argument "${value}" for --rule: allowed severities are error, warning, info, off`,
          `For example: --rule ${id}=off`,
        )
      return [id, severity] as const
    }),
  )
}

function unknownRule(id: string): UserError {
  const meant = nearest(
    id.toLowerCase(),
    RULES.map((rule) => rule.id),
  )
  return new UserError(
    `invalid argument for --rule: there is no rule "${id}"`,
    meant === undefined ? 'docs/rules lists them all.' : `Did you mean ${meant}?`,
  )
}

/**
 * What the rules say of these workloads, worst first. Silent are rules that the user turned off, or did not turn on
 * though they want that, that the annotation `rollout-safety/ignore` names, and that a cause found at run time says.
 */
export function configurationFindings(
  cluster: Cluster,
  workloads: readonly Workload[],
  causes: readonly Finding[],
  settings: RuleSettings,
): readonly Finding[] {
  const services = Map.groupBy(cluster.objects.services, ({ metadata }) => metadata.namespace ?? '')
  const causesOf = Map.groupBy(causes, ({ subject }) => workloadKey(subject))
  const findings = workloads.flatMap((workload) => {
    const subject = subjectOf(cluster, workload, services.get(workload.namespace) ?? [])
    if (subject === undefined) return []
    const own = causesOf.get(workloadKey(workload)) ?? []
    const ignored = ignoredRules(subject)
    return RULES.flatMap((rule) => {
      const setting = settings.get(rule.id)
      if (setting === 'off' || ignored.has(rule.id)) return []
      if (setting === undefined && isOptional(rule, workload)) return []
      return [...rule.find(subject)]
        .filter((remark) => !isCovered(rule, remark, own))
        .map((remark) => finding(subject, rule, remark, setting))
    })
  })
  return sortedBy(withManagers(cluster, findings), ({ severity, subject, code }) => [
    -SEVERITIES.indexOf(severity),
    subject.namespace ?? '',
    subject.kind,
    subject.name,
    subject.container ?? '',
    subject.probe ?? '',
    code,
  ])
}

const isOptional = ({ optIn }: Rule, workload: Workload): boolean =>
  optIn === true || (optIn === 'WhileReady' && isApplied(workload) && !workload.pods.some(isUnready))

/** Running, and not Ready. */
const isUnready = (pod: Pod): boolean =>
  pod.status?.phase === 'Running' && pod.metadata.deletionTimestamp == null && !isPodReady(pod)

const workloadKey = ({ namespace = '', kind, name }: Pick<Subject, 'namespace' | 'kind' | 'name'>): string =>
  [namespace, kind, name].join('/')

/** A cause merges probes that fail alike, so it speaks for its whole container. */
const isCovered = ({ coveredBy = [] }: Rule, { container }: Remark, causes: readonly Finding[]): boolean =>
  causes.some(
    ({ code, subject }) =>
      (coveredBy as readonly string[]).includes(code) &&
      (subject.container === undefined || container === undefined || subject.container === container),
  )

function finding(
  { workload: { namespace, kind, name } }: RuleSubject,
  rule: Rule,
  remark: Remark,
  setting: Severity | undefined,
): Finding {
  const { container, probe, severity, confidence, summary, explanation, evidence, fixes } = remark
  return {
    code: rule.id,
    severity: setting ?? severity ?? rule.severity,
    confidence: confidence ?? 'Certain',
    rootCause: false,
    subject: {
      namespace,
      kind,
      name,
      ...(container === undefined ? {} : { container }),
      ...(probe === undefined ? {} : { probe }),
    },
    summary,
    explanation,
    evidence,
    effect: 'None',
    fixes: sortedBy(fixes, ({ risk }) => [RISKS.indexOf(risk)]),
    docs: rule.docs,
    configuration: true,
  }
}

/** Undefined where nothing is known of the pods, and for what stands under a node: static pods have no one template. */
function subjectOf(
  cluster: Cluster,
  workload: Workload,
  neighbours: readonly Service[],
): RuleSubject | undefined {
  if (workload.kind === 'Node') return undefined
  const pod = podOf(workload)
  if (pod?.spec === undefined) return undefined
  const { namespace, kind, name, template } = workload
  const containers: ContainerInfo[] = []
  const object =
    template === undefined ? `Pod ${namespace}/${pod.metadata.name}` : `${kind} ${namespace}/${name}`
  const podInfo: PodInfo = {
    cluster,
    workload,
    pod,
    object,
    events: [],
    containers,
    node: undefined,
    terminating: false,
  }
  for (const { container, type, path } of probedContainers(pod.spec))
    containers.push({
      podInfo,
      name: container.name,
      spec: container,
      type,
      path: `${templatePath(workload)}${path}`,
      status: undefined,
      statusPath: 'status',
      probes: effectiveProbes(container),
      log: undefined,
      previousLog: undefined,
      logObject: object,
    })
  const services = cluster.wasRead('services', namespace)
    ? neighbours.filter(({ spec }) => matchesMap(spec?.selector, pod.metadata.labels))
    : undefined
  return { cluster, workload, spec: pod.spec, podInfo, containers, services }
}

/** The pod template as a pod; a bare Pod itself; else the newest pod. */
function podOf({ kind, namespace, name, object, template, pods }: Workload): Pod | undefined {
  if (kind === 'Pod' && object !== undefined) return object as Pod
  if (template === undefined)
    return sortedBy(pods, ({ metadata }) => [metadata.creationTimestamp ?? '', metadata.name]).at(-1)
  const { labels, annotations } = template.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: template.spec,
  }
}

/** The ids in the annotation, on the workload or on the pod template. */
const ignoredRules = ({ workload: { object }, podInfo: { pod } }: RuleSubject): ReadonlySet<string> =>
  new Set(
    [object?.metadata.annotations?.[IGNORE], pod.metadata.annotations?.[IGNORE]].flatMap((value) =>
      (value ?? '').split(',').map((id) => id.trim()),
    ),
  )
