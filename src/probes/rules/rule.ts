import type { Code } from '../../diagnosis/codes/codes.ts'
import { containerFix, hasMutableTemplate, patchFix } from '../../diagnosis/fixes.ts'
import type { ContainerInfo, PodInfo } from '../../diagnosis/pod-info.ts'
import type { KubeObject, PodSpec, Service } from '../../model/kubernetes/objects.ts'
import type { EffectiveProbe, ProbeType } from '../../model/kubernetes/probe.ts'
import { describeObject, objectKey } from '../../model/kubernetes/reference.ts'
import type { Confidence, Evidence, Fix, Risk, Severity } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Workload } from '../../model/snapshot/workload.ts'
import { shellCommand } from '../../model/text/shell.ts'

/** What the rules look at: one workload by its pod template, or by its newest pod where no template was read. */
export interface RuleSubject {
  readonly cluster: Cluster
  readonly workload: Workload
  readonly spec: PodSpec
  /** The template as a pod, so that fixes can be made as for a pod. Evidence names the object that holds it. */
  readonly podInfo: PodInfo
  /** In the order in which they start; init containers, too. */
  readonly containers: readonly ContainerInfo[]
  /** Services that select the pods; undefined where the Services were not read. */
  readonly services: readonly Service[] | undefined
}

/** One place where a rule finds something. */
export interface Remark {
  readonly container?: string
  readonly probe?: ProbeType
  /** Where this case is milder than the rule. */
  readonly severity?: Severity
  /** `Certain` unless told otherwise. */
  readonly confidence?: Confidence
  /** One line, lower case, no full stop. */
  readonly summary: string
  readonly explanation: string
  readonly evidence: readonly Evidence[]
  readonly fixes: readonly Fix[]
}

/** One thing that the configuration alone shows. */
export interface Rule {
  /** Kebab-case statement of the defect. Stable: it stands in annotations and in the configuration of CI jobs. */
  readonly id: string
  /** `Warning`: will break, or cannot work. `Info`: worth knowing. */
  readonly severity: Severity
  /** One sentence with a full stop. */
  readonly summary: string
  /** The page of kubernetes.io that explains the mechanism. */
  readonly docs: string
  /** Causes which say the same of a container that runs; where one of them is found, the rule is silent. */
  readonly coveredBy?: readonly Code[]
  /** True where it is a matter of taste, or true of most workloads: asked only with `--rule ID=SEVERITY`. */
  readonly optIn?: true
  find(subject: RuleSubject): Iterable<Remark>
}

const SITE = 'https://kubernetes.io/docs'
/** Pages that several rules refer to. */
export const DOCS = {
  probes: `${SITE}/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/`,
  probeConcepts: `${SITE}/concepts/workloads/pods/probes/`,
  lifecycle: `${SITE}/concepts/workloads/pods/pod-lifecycle/`,
  hooks: `${SITE}/concepts/containers/container-lifecycle-hooks/`,
  deployment: `${SITE}/concepts/workloads/controllers/deployment/`,
  job: `${SITE}/concepts/workloads/controllers/job/`,
  images: `${SITE}/concepts/containers/images/`,
  disruptions: `${SITE}/concepts/workloads/pods/disruptions/`,
  sidecars: `${SITE}/concepts/workloads/pods/sidecar-containers/`,
  environment: `${SITE}/tasks/inject-data-application/define-interdependent-environment-variables/`,
  services: `${SITE}/concepts/services-networking/service/`,
  budgets: `${SITE}/tasks/run-application/configure-pdb/`,
  autoscaling: `${SITE}/concepts/workloads/autoscaling/horizontal-pod-autoscale/`,
  quotas: `${SITE}/concepts/policy/resource-quotas/`,
  configMaps: `${SITE}/tasks/configure-pod-container/configure-pod-configmap/`,
} as const

/** A probe with its container. */
export interface ContainerProbe {
  readonly container: ContainerInfo
  readonly probe: EffectiveProbe
}

/** Every probe that the kubelet would run. */
export function* probesOf({ containers }: RuleSubject): Generator<ContainerProbe> {
  for (const container of containers)
    if (container.type !== 'init') for (const probe of container.probes) yield { container, probe }
}

export const probeOfType = ({ probes }: ContainerInfo, type: ProbeType): EffectiveProbe | undefined =>
  probes.find((probe) => probe.type === type)

/** Who and which probe a remark is about. */
export const probeSubject = ({ container, probe }: ContainerProbe) => ({
  container: container.name,
  probe: probe.type,
})

/** A fact from a field of the workload itself, e.g. `spec.minReadySeconds`. */
export const workloadEvidence = ({ workload }: RuleSubject, path: string, text: string): Evidence => ({
  source: 'Spec',
  object: `${workload.kind} ${workload.namespace}/${workload.name}`,
  path,
  text,
})

/** A fact from a field of the pod template, e.g. `terminationGracePeriodSeconds`. */
export const templateEvidence = (
  { workload, podInfo }: RuleSubject,
  field: string,
  text: string,
): Evidence => ({
  source: 'Spec',
  object: podInfo.object,
  path: `${templatePath(workload)}spec.${field}`,
  text,
})

/** `spec.template.`, or nothing for a pod. */
export const templatePath = ({ kind, template }: Workload): string =>
  kind === 'Pod' || template === undefined
    ? ''
    : kind === 'CronJob'
      ? 'spec.jobTemplate.spec.template.'
      : 'spec.template.'

/** Whether the workload was read from a cluster, or recorded there. */
export const isApplied = ({ object, pods }: Workload): boolean =>
  Boolean(object?.metadata.uid) || (object === undefined && pods.length > 0)

/** A change that cannot be a patch, because the API server refuses the object as it is, or because it is no choice. */
export function editFix({ cluster, workload }: RuleSubject, title: string): Fix {
  if (isApplied(workload)) return { title, risk: 'Low' }
  const origin = workload.object && cluster.snapshot.origins[objectKey(workload.object)]
  const place = origin ?? 'the manifest'
  return { title: `In ${place}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`, risk: 'Low' }
}

/** Changes one container. The manifest of a Pod or a Job is edited, as neither can be patched. */
export function fixContainer(
  subject: RuleSubject,
  container: ContainerInfo,
  title: string,
  patch: Readonly<Record<string, unknown>>,
): readonly Fix[] {
  if (!hasMutableTemplate(subject.workload) && !isApplied(subject.workload)) return [editFix(subject, title)]
  return containerFix(container, title, patch)
}

/** Changes fields of the pod spec that are not of a container. */
export const fixPodSpec = (
  subject: RuleSubject,
  title: string,
  podSpec: Readonly<Record<string, unknown>>,
): Fix =>
  hasMutableTemplate(subject.workload) ? patchFix(subject.workload, title, podSpec) : editFix(subject, title)

/** Changes fields of the workload's own spec; pods are not replaced by it. */
export function fixWorkload(
  { workload: { apiVersion, kind, namespace, name } }: RuleSubject,
  title: string,
  spec: Readonly<Record<string, unknown>>,
  risk: Risk = 'Low',
): Fix {
  const value = { spec }
  const argv = ['kubectl', 'patch', kind.toLowerCase(), name, '-n', namespace, '--type', 'strategic', '-p']
  return {
    title,
    risk,
    command: shellCommand([...argv, JSON.stringify(value)]),
    patch: { target: { apiVersion, namespace, kind, name }, type: 'strategic', value },
  }
}

/** Changes the spec of an object beside the workload, such as its budget. `strategic` where lists have keys. */
export function fixObject(
  { apiVersion, kind, metadata: { namespace, name } }: KubeObject,
  title: string,
  spec: Readonly<Record<string, unknown>>,
  type: 'merge' | 'strategic' = 'merge',
): Fix {
  const value = { spec }
  const place = namespace === undefined ? [] : ['-n', namespace]
  const argv = ['kubectl', 'patch', kind.toLowerCase(), name, ...place, '--type', type, '-p']
  const target = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }
  return {
    title,
    risk: 'Low',
    command: shellCommand([...argv, JSON.stringify(value)]),
    patch: { target, type, value },
  }
}

/** A fact from the spec of an object beside the workload. */
export const objectEvidence = (object: KubeObject, path: string, text: string): Evidence => ({
  source: 'Spec',
  object: describeObject(object),
  path,
  text,
})

const EXECUTABLE_IN: readonly string[] = [
  'DaemonSet',
  'Deployment',
  'Job',
  'Pod',
  'ReplicaSet',
  'StatefulSet',
]

/** A command to run in a container that is there, to find out what the configuration does not say. */
export function runIn(
  { workload: { kind, name, namespace, pods } }: RuleSubject,
  container: ContainerInfo,
  title: string,
  argv: readonly string[],
): readonly Fix[] {
  if (pods.length === 0 || !EXECUTABLE_IN.includes(kind)) return []
  const target = `${kind.toLowerCase()}/${name}`
  const command = shellCommand([
    'kubectl',
    'exec',
    target,
    '-n',
    namespace,
    '-c',
    container.name,
    '--',
    ...argv,
  ])
  return [{ title, risk: 'Inspect', command }]
}
