import { commandOf, inNamespace, jsonWord, nameWord, typeWord } from '../../model/command/command.ts'
import { own } from '../../model/kubernetes/fields.ts'
import type { Container } from '../../model/kubernetes/objects.ts'
import { TEMPLATE_PATHS } from '../../model/kubernetes/pod-template.ts'
import { controllerOf } from '../../model/kubernetes/reference.ts'
import type { Fix, Risk } from '../../model/report/finding.ts'
import type { Workload } from '../../model/snapshot/workload.ts'
import type { ContainerInfo } from '../pod-info.ts'
import type { ContainerPatch } from './container-patch.ts'
import { replaceFix } from './replace.ts'

/** Kinds whose pod template the API server lets one change. */
const MUTABLE_TEMPLATES: readonly string[] = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]

/**
 * The fix that changes one container: a patch of the workload, the whole manifest for a bare Pod, or, where neither
 * is possible, the command that shows where the change belongs.
 */
export function containerFix(
  container: ContainerInfo,
  title: string,
  patch: ContainerPatch,
  risk: Risk = 'Low',
): readonly Fix[] {
  const { workload, pod } = container.podInfo
  if (workload.kind === 'Pod') return replaceFix(pod, container, title, patch)
  if (!hasMutableTemplate(workload)) return [ownerFix(workload, title)]
  const list = container.type === 'container' ? 'containers' : 'initContainers'
  const template = workload.template
  const declared = template?.spec[list]?.find(({ name }) => name === container.name)
  // What was added to the pod on its way in, or already changed in the template, is not there to be patched.
  if (template !== undefined && (declared === undefined || !sameFields(declared, container.spec, patch)))
    return []
  // These two only make new pods by the template.
  const more = /^Replica(Set|tionController)$/.test(workload.kind) ? '; delete its pods afterwards' : ''
  return [patchFix(workload, `${title}${more}`, { [list]: [{ name: container.name, ...patch }] }, risk)]
}

/** Whether the template still has what the pod has, in the fields that the patch changes. */
const sameFields = (declared: Container, present: Container, patch: ContainerPatch): boolean =>
  Object.keys(patch).every(
    (field) =>
      JSON.stringify((declared as unknown as ContainerPatch)[field] ?? null) ===
      JSON.stringify((present as unknown as ContainerPatch)[field] ?? null),
  )

/** Whether the pod template of this very object can be patched, and new pods follow it. */
export const hasMutableTemplate = (workload: Workload): boolean =>
  MUTABLE_TEMPLATES.includes(workload.kind) && isTopmost(workload)

/** A ReplicaSet whose Deployment was not recorded, or anything that an operator owns, is not the place to edit. */
const isTopmost = ({ object, kind }: Workload): boolean =>
  object === undefined ? kind !== 'ReplicaSet' : controllerOf(object) === undefined

/** A strategic merge patch of the pod spec of a workload, with its command. */
export const patchFix = (
  workload: Workload,
  title: string,
  podSpec: ContainerPatch,
  risk: Risk = 'Low',
): Fix => templateFix(workload, title, { spec: podSpec }, risk)

/** A strategic merge patch of the pod template of a workload, with its command. */
export function templateFix(
  workload: Workload,
  title: string,
  template: ContainerPatch,
  risk: Risk = 'Low',
): Fix {
  const { apiVersion, kind, name, namespace } = workload
  const value = (own(TEMPLATE_PATHS, kind) ?? []).reduceRight<unknown>(
    (inner, key) => ({ [key]: inner }),
    template,
  )
  return {
    title,
    risk,
    ...commandOf([
      ...['kubectl', 'patch', typeWord(kind), nameWord(kind, name), ...inNamespace(namespace)],
      ...['--type', 'strategic', '-p', jsonWord(value)],
    ]),
    patch: { target: { apiVersion, namespace, kind, name }, type: 'strategic', value },
  }
}

/** The change belongs to an object that is not patched here: a Job, or something that only its operator knows. */
function ownerFix(workload: Workload, title: string): Fix {
  const { kind, name, namespace } = workload
  const where =
    kind === 'Job'
      ? `${title}; the template of a Job cannot be changed, so delete it and create it anew`
      : kind === 'Node'
        ? `${title}, in the manifest of the static pod on node ${name}`
        : `${title}, in ${kind} ${name}, which owns the pods`
  return {
    title: where,
    risk: 'Inspect',
    byHand: true,
    ...commandOf([
      ...['kubectl', 'get', typeWord(kind), nameWord(kind, name), ...inNamespace(namespace), '-o', 'yaml'],
    ]),
  }
}
