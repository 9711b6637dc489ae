import type { Code } from '../../diagnosis/codes/codes.ts'
import type { ContainerInfo, PodInfo } from '../../diagnosis/pod-info.ts'
import type { PodSpec, Service } from '../../model/kubernetes/objects.ts'
import type { EffectiveProbe, ProbeType } from '../../model/kubernetes/probe.ts'
import type { Confidence, Evidence, Fix, Severity } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Workload } from '../../model/snapshot/workload.ts'

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
  /**
   * How it is mended. `Patch`: the right value is known, and with it the rule is silent. `Command`: something to make or
   * to look at. `Words`: what to do, where only the user knows the value, or the API server refuses a patch. `None`: it
   * may well be meant.
   */
  readonly fix: 'Patch' | 'Command' | 'Words' | 'None'
  /** Causes which say the same of a container that runs; where one of them is found, the rule is silent. */
  readonly coveredBy?: readonly Code[]
  /**
   * Where it is a matter of taste, or true of most workloads: asked only with `--rule ID=SEVERITY`. `WhileReady`: told
   * all the same of manifests, where it costs a line, and of a workload of which a pod is not Ready, whom it concerns.
   */
  readonly optIn?: true | 'WhileReady'
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

/** Whether the workload was read from a cluster, or recorded there. */
export const isApplied = ({ object, pods }: Workload): boolean =>
  Boolean(object?.metadata.uid) || (object === undefined && pods.length > 0)
