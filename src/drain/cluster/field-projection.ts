import type { Container, ContainerStatus, KubeObject, Pod, PodSpec } from '../../model/kubernetes/objects.ts'

type Volume = NonNullable<PodSpec['volumes']>[number]

/**
 * Takes from objects what no plan looks at, which is most of a pod: commands, environments, images, mounts, probes but
 * readiness, addresses, and the state of containers beyond readiness and resources. What pods have in common, being of
 * one template, they then share. For large clusters, where all pods are in memory at once.
 */
export function fieldProjection(): (object: KubeObject) => KubeObject {
  const share = sharing()
  return (object) => (object.kind === 'Pod' ? projectPod(object as Pod, share) : object)
}

const CONDITIONS: readonly string[] = ['DisruptionTarget', 'PodScheduled', 'Ready']

type Share = <T>(value: T) => T

/** The first of all values that are alike. */
function sharing(): Share {
  const known = new Map<string, unknown>()
  return <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value
    const key = JSON.stringify(value)
    const first = known.get(key)
    if (first !== undefined) return first as T
    known.set(key, value)
    return value
  }
}

function projectPod(pod: Pod, share: Share): Pod {
  const { metadata, spec, status, ...rest } = pod
  const { labels, ownerReferences } = metadata
  return {
    ...rest,
    metadata: {
      ...metadata,
      ...ifPresent('annotations', metadata.annotations, ownAnnotations),
      ...ifPresent('labels', labels, share),
      ...ifPresent('ownerReferences', ownerReferences, share),
    },
    ...ifPresent('spec', spec, (present) => projectSpec(present, share)),
    ...ifPresent('status', status, (present) => ({
      ...only(present, ['phase', 'reason', 'startTime', 'nominatedNodeName']),
      ...ifPresent('conditions', present.conditions, (conditions) =>
        conditions
          .filter(({ type }) => CONDITIONS.includes(type))
          .map((condition) => only(condition, ['type', 'status', 'lastTransitionTime', 'reason'])),
      ),
      ...ifPresent('containerStatuses', present.containerStatuses, projectStatuses),
      ...ifPresent('initContainerStatuses', present.initContainerStatuses, projectStatuses),
    })),
  } as Pod
}

function projectSpec(spec: PodSpec, share: Share): PodSpec {
  const kept = {
    ...spec,
    containers: spec.containers.map(projectContainer),
    ...ifPresent('initContainers', spec.initContainers, (list) => list.map(projectContainer)),
    ...ifPresent('ephemeralContainers', spec.ephemeralContainers, () => []),
    ...ifPresent('volumes', spec.volumes, (list) => list.filter(isBinding)),
  }
  return Object.fromEntries(
    Object.entries(kept).map(([name, value]) => [name, share(value)]),
  ) as unknown as PodSpec
}

const projectContainer = (container: Container): Container =>
  only(container, ['name', 'ports', 'readinessProbe', 'resources', 'restartPolicy']) as Container

/** What the other volumes hold is made for every pod anew, and says nothing of where it can run. */
const isBinding = ({ projected, configMap, secret, downwardAPI }: Volume): boolean =>
  !(projected || configMap || secret || downwardAPI)

const projectStatuses = (list: readonly ContainerStatus[]): readonly ContainerStatus[] =>
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
