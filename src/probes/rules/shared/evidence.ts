import { specEvidence } from '../../../diagnosis/evidence.ts'
import type { ContainerInfo } from '../../../diagnosis/pod-info.ts'
import type { KubeObject } from '../../../model/kubernetes/objects.ts'
import { type EffectiveProbe, probeField } from '../../../model/kubernetes/probe.ts'
import { describeObject } from '../../../model/kubernetes/reference.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import type { Workload } from '../../../model/snapshot/workload.ts'
import type { RuleSubject } from '../rule.ts'

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

/** A fact from the spec of an object beside the workload. */
export const objectEvidence = (object: KubeObject, path: string, text: string): Evidence => ({
  source: 'Spec',
  object: describeObject(object),
  path,
  text,
})

/** `spec.template.`, or nothing for a pod. */
export const templatePath = ({ kind, template }: Workload): string =>
  kind === 'Pod' || template === undefined
    ? ''
    : kind === 'CronJob'
      ? 'spec.jobTemplate.spec.template.'
      : 'spec.template.'

/** A number of a probe as a fact. */
export const fieldEvidence = (
  container: ContainerInfo,
  { type }: EffectiveProbe,
  field: string,
  value: number,
) => specEvidence(container, `${probeField(type)}.${field}`, `${value}`)

/** What the probes forgive. */
export const thresholds = (container: ContainerInfo, probes: readonly EffectiveProbe[]) =>
  probes.map((probe) => fieldEvidence(container, probe, 'failureThreshold', probe.failureThreshold))
