import type { Container, ContainerStatus, KubeObject, Pod, PodSpec } from '../model/kubernetes.ts'

type Volume = NonNullable<PodSpec['volumes']>[number]

/**
 * An object without what no plan looks at, which is most of a pod: commands, environments, images, mounts, probes but
 * readiness, addresses, and the state of containers beyond readiness and resources. For large clusters, where all pods
 * are in memory at once.
 */
export const needed = (object: KubeObject): KubeObject =>
  object.kind === 'Pod' ? neededOfPod(object as Pod) : object

function neededOfPod(pod: Pod): Pod {
  const { metadata, spec, status, ...rest } = pod
  return {
    ...rest,
    metadata: { ...metadata, ...ifPresent('annotations', metadata.annotations, ownAnnotations) },
    ...ifPresent('spec', spec, neededOfSpec),
    ...ifPresent('status', status, (present) => ({
      ...only(present, ['phase', 'reason', 'startTime', 'nominatedNodeName']),
      ...ifPresent('conditions', present.conditions, (conditions) =>
        conditions.map((condition) => only(condition, ['type', 'status', 'lastTransitionTime', 'reason'])),
      ),
      ...ifPresent('containerStatuses', present.containerStatuses, neededOfStatuses),
      ...ifPresent('initContainerStatuses', present.initContainerStatuses, neededOfStatuses),
    })),
  } as Pod
}

const neededOfSpec = (spec: PodSpec): PodSpec => ({
  ...spec,
  containers: spec.containers.map(neededOfContainer),
  ...ifPresent('initContainers', spec.initContainers, (list) => list.map(neededOfContainer)),
  ...ifPresent('ephemeralContainers', spec.ephemeralContainers, () => []),
  ...ifPresent('volumes', spec.volumes, (list) => list.map(neededOfVolume)),
})

const neededOfContainer = (container: Container): Container =>
  only(container, ['name', 'ports', 'readinessProbe', 'resources', 'restartPolicy']) as Container

/** What these hold is made for every pod anew, and says nothing of where it can run. */
const neededOfVolume = (volume: Volume): Volume =>
  volume.projected || volume.configMap || volume.secret || volume.downwardAPI ? { name: volume.name } : volume

const neededOfStatuses = (list: readonly ContainerStatus[]): readonly ContainerStatus[] =>
  list.map(
    (one) =>
      only(one, ['name', 'ready', 'restartCount', 'resources', 'allocatedResources']) as ContainerStatus,
  )

/** Those of Kubernetes itself mark mirror pods and the like; others are for tools, and may be long. */
const ownAnnotations = (annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(annotations).filter(
      ([name]) => /(^|\.)kubernetes\.io\//.test(name) && !name.startsWith('kubectl.'),
    ),
  )

function only<T extends object>(object: T, names: readonly (keyof T & string)[]): Partial<T> {
  const kept: Partial<T> = {}
  for (const name of names) if (object[name] !== undefined) kept[name] = object[name]
  return kept
}

const ifPresent = <T, R>(name: string, value: T | null | undefined, make: (value: T) => R) =>
  value == null ? {} : { [name]: make(value) }
