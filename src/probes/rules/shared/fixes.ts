import { containerFix, hasMutableTemplate, patchFix } from '../../../diagnosis/fixes/patch.ts'
import type { ContainerInfo } from '../../../diagnosis/pod-info.ts'
import {
  commandOf,
  inContainer,
  inNamespace,
  jsonWord,
  nameWord,
  typeAndName,
  typeWord,
} from '../../../model/command/command.ts'
import type { KubeObject } from '../../../model/kubernetes/objects.ts'
import { objectKey } from '../../../model/kubernetes/reference.ts'
import type { Fix, Risk } from '../../../model/report/finding.ts'
import { isApplied, type RuleSubject } from '../rule.ts'

/** What is to be done: a verb, and the rest of the sentence. The verb may begin it or stand inside of it. */
export type Edit = readonly [verb: EditVerb, rest: string]
type EditVerb =
  | 'Add'
  | 'Correct'
  | 'Give'
  | 'Let'
  | 'Mount'
  | 'Probe'
  | 'Raise'
  | 'Remove'
  | 'Run'
  | 'Set'
  | 'Speak'

const titleOf = ([verb, rest]: Edit): string => `${verb} ${rest}`

/** A change that cannot be a patch, because the API server refuses the object as it is, or because it is no choice. */
export function editFix({ cluster, workload }: RuleSubject, edit: Edit): Fix {
  if (isApplied(workload)) return { title: titleOf(edit), risk: 'Low' }
  const [verb, rest] = edit
  const origin = workload.object && cluster.snapshot.origins[objectKey(workload.object)]
  return { title: `In ${origin ?? 'the manifest'}: ${verb.toLowerCase()} ${rest}`, risk: 'Low' }
}

/** Changes one container. The manifest of a Pod or a Job is edited, as neither can be patched. */
export function fixContainer(
  subject: RuleSubject,
  container: ContainerInfo,
  edit: Edit,
  patch: Readonly<Record<string, unknown>>,
): readonly Fix[] {
  if (!hasMutableTemplate(subject.workload) && !isApplied(subject.workload)) return [editFix(subject, edit)]
  return containerFix(container, titleOf(edit), patch)
}

/** Changes fields of the pod spec that are not of a container. */
export const fixPodSpec = (
  subject: RuleSubject,
  edit: Edit,
  podSpec: Readonly<Record<string, unknown>>,
): Fix =>
  hasMutableTemplate(subject.workload)
    ? patchFix(subject.workload, titleOf(edit), podSpec)
    : editFix(subject, edit)

/** Changes fields of the workload's own spec; pods are not replaced by it. */
export function fixWorkload(
  { workload: { apiVersion, kind, namespace, name } }: RuleSubject,
  title: string,
  spec: Readonly<Record<string, unknown>>,
  risk: Risk = 'Low',
): Fix {
  const value = { spec }
  const words = ['kubectl', 'patch', typeWord(kind), nameWord(kind, name), ...inNamespace(namespace)]
  return {
    title,
    risk,
    ...commandOf([...words, '--type', 'strategic', '-p', jsonWord(value)]),
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
  const place = namespace === undefined ? [] : inNamespace(namespace)
  const words = ['kubectl', 'patch', typeWord(kind), nameWord(kind, name), ...place]
  const target = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }
  return {
    title,
    risk: 'Low',
    ...commandOf([...words, '--type', type, '-p', jsonWord(value)]),
    patch: { target, type, value },
  }
}

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
  const words = ['kubectl', 'exec', typeAndName(kind, name), ...inNamespace(namespace)]
  return [{ title, risk: 'Inspect', ...commandOf([...words, ...inContainer(container.name), '--', ...argv]) }]
}
