import type { Container, KubeObject, Pod } from '../model/kubernetes/objects.ts'
import { TEMPLATE_PATHS } from '../model/kubernetes/pod-template.ts'
import { type EffectiveProbe, type Handler, probeField } from '../model/kubernetes/probe.ts'
import { controllerOf } from '../model/kubernetes/reference.ts'
import type { Fix, Risk } from '../model/report/finding.ts'
import type { Workload } from '../model/snapshot/workload.ts'
import { shellCommand } from '../model/text/shell.ts'
import { type ContainerInfo, type PodInfo, RECENT_SECONDS, secondsAgo } from './pod-info.ts'

/** A strategic merge patch of one container, without its name; `null` removes a field. */
export type ContainerPatch = Readonly<Record<string, unknown>>

/** Kinds whose pod template the API server lets one change. */
const MUTABLE_TEMPLATES: readonly string[] = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
]

/** The kind as an argument of kubectl. */
const argument = (kind: string): string => kind.toLowerCase()

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
  const value = (TEMPLATE_PATHS[kind] ?? []).reduceRight<unknown>(
    (inner, key) => ({ [key]: inner }),
    template,
  )
  return {
    title,
    risk,
    command: shellCommand([
      'kubectl',
      'patch',
      argument(kind),
      name,
      '-n',
      namespace,
      '--type',
      'strategic',
      '-p',
      JSON.stringify(value),
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
    command: shellCommand(['kubectl', 'get', argument(kind), name, '-n', namespace, '-o', 'yaml']),
  }
}

/**
 * A bare Pod is replaced as a whole, because most of its spec is immutable. Where its environment holds literal
 * values no manifest is printed.
 */
function replaceFix(
  pod: Pod,
  container: ContainerInfo,
  title: string,
  patch: ContainerPatch,
): readonly Fix[] {
  const { name, namespace = 'default' } = pod.metadata
  const literal = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].some((one) =>
    one.env?.some(({ valueFrom }) => valueFrom == null),
  )
  // Of a pod that was pasted as text, only a part is known.
  const isPart = !container.podInfo.cluster.wasRead('pods', namespace)
  if (literal || isPart)
    return [
      {
        title: `${title}; most of a Pod is immutable, so save it, edit it and replace it`,
        risk: 'Disruptive',
        command: shellCommand(['kubectl', 'get', 'pod', name, '-n', namespace, '-o', 'yaml']),
      },
    ]
  const list = container.type === 'container' ? 'containers' : 'initContainers'
  const manifest = bareManifest(pod)
  const containers = ((manifest.spec as Record<string, unknown>)[list] as readonly Container[]).map((one) =>
    one.name === container.name ? merged(one as unknown as Record<string, unknown>, patch) : one,
  )
  return [
    {
      title: `${title}; most of a Pod is immutable, so it is replaced`,
      risk: 'Disruptive',
      command: 'kubectl replace --force -f -',
      replace: { ...manifest, spec: { ...(manifest.spec as object), [list]: containers } } as KubeObject,
    },
  ]
}

/** Applies a merge patch: `null` removes, objects merge, everything else replaces. */
function merged(target: Readonly<Record<string, unknown>>, patch: ContainerPatch): Record<string, unknown> {
  const result: Record<string, unknown> = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    const present = result[key]
    if (value === null) delete result[key]
    else if (isObject(value)) result[key] = merged(isObject(present) ? present : {}, value)
    else result[key] = value
  }
  return result
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The pod as a manifest: without status and without what the API server, the scheduler and admission set. */
function bareManifest(pod: Pod): { apiVersion: string; kind: string; metadata: object; spec: object } {
  const { name, namespace, labels, annotations } = pod.metadata
  const kept = Object.entries(annotations ?? {}).filter(([key]) => key !== LAST_APPLIED)
  const { nodeName, priority, preemptionPolicy, ephemeralContainers, serviceAccount, volumes, ...spec } =
    pod.spec as NonNullable<Pod['spec']>
  const own = (volumes ?? []).filter((volume) => !isTokenVolume(volume.name))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
    },
    spec: {
      ...spec,
      containers: spec.containers.map(withoutTokenMount),
      ...(spec.initContainers === undefined
        ? {}
        : { initContainers: spec.initContainers.map(withoutTokenMount) }),
      ...(own.length === 0 ? {} : { volumes: own }),
    },
  }
}

const isTokenVolume = (name: string): boolean => name.startsWith('kube-api-access-')

function withoutTokenMount(container: Container): Container {
  const { volumeMounts, ...rest } = container
  const own = (volumeMounts ?? []).filter(({ name }) => !isTokenVolume(name))
  return own.length === 0 ? rest : { ...rest, volumeMounts: own }
}

/** Changes fields of the handler that the probe has; of several probes alike, all of them. */
export const handlerPatch = (probes: readonly EffectiveProbe[], change: ContainerPatch): ContainerPatch =>
  Object.fromEntries(probes.map(({ type, handler }) => [probeField(type), { [handler.kind]: change }]))

/** Replaces the handler: the old kind must be removed, because a probe has exactly one. */
export const swapHandlerPatch = (
  { type, handler }: EffectiveProbe,
  kind: Handler['kind'],
  value: ContainerPatch,
): ContainerPatch => ({ [probeField(type)]: { [handler.kind]: null, [kind]: value } })

/** A command that only looks. */
export const inspectFix = (title: string, argv: readonly string[]): Fix => ({
  title,
  risk: 'Inspect',
  command: shellCommand(argv),
})

const place = ({ pod }: PodInfo): readonly string[] => [
  pod.metadata.name,
  '-n',
  pod.metadata.namespace ?? 'default',
]

/** `kubectl logs` of the run that tells most: the one before, where the container was restarted. */
export const logsFix = (container: ContainerInfo, title = 'Read what the application itself says'): Fix =>
  inspectFix(title, [
    'kubectl',
    'logs',
    ...place(container.podInfo),
    '-c',
    container.name,
    ...(tellsInPreviousRun(container) ? ['--previous'] : []),
  ])

/** The present run tells nothing yet of what ended the one before. */
const tellsInPreviousRun = ({ podInfo, status }: ContainerInfo): boolean =>
  status?.state?.terminated === undefined &&
  (status?.restartCount ?? 0) > 0 &&
  secondsAgo(podInfo.cluster, status?.lastState?.terminated?.finishedAt) <= RECENT_SECONDS

export const execFix = (container: ContainerInfo, title: string, command: readonly string[]): Fix =>
  inspectFix(title, ['kubectl', 'exec', ...place(container.podInfo), '-c', container.name, '--', ...command])

export const describeFix = (podInfo: PodInfo, title = 'See the pod with its events'): Fix =>
  inspectFix(title, ['kubectl', 'describe', 'pod', ...place(podInfo)])

/** All events of one pod, also the Normal ones that say who killed a container. */
export const eventsFix = ({ pod }: PodInfo, title = 'See every event of the pod'): Fix =>
  inspectFix(title, [
    'kubectl',
    'get',
    'events',
    '-n',
    pod.metadata.namespace ?? 'default',
    '--field-selector',
    `involvedObject.name=${pod.metadata.name}`,
  ])

export const portForwardFix = (
  podInfo: PodInfo,
  [local, remote]: readonly [number, number],
  title: string,
): Fix =>
  inspectFix(title, [
    'kubectl',
    'port-forward',
    `pod/${podInfo.pod.metadata.name}`,
    '-n',
    podInfo.pod.metadata.namespace ?? 'default',
    `${local}:${remote}`,
  ])
