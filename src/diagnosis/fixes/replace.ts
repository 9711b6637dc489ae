import { commandOf, inNamespace, nameWord } from '../../model/command/command.ts'
import type { Container, KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import type { Fix } from '../../model/report/finding.ts'
import type { ContainerInfo } from '../pod-info.ts'
import type { ContainerPatch } from './container-patch.ts'

/**
 * A bare Pod is replaced as a whole, because most of its spec is immutable. Where its environment holds literal
 * values no manifest is printed.
 */
export function replaceFix(
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
        ...commandOf([
          'kubectl',
          'get',
          'pod',
          nameWord('Pod', name),
          ...inNamespace(namespace),
          '-o',
          'yaml',
        ]),
      },
    ]
  const list = container.type === 'container' ? 'containers' : 'initContainers'
  const manifest = bareManifest(pod)
  const containers = ((manifest.spec as Record<string, unknown>)[list] as readonly Container[]).map((one) =>
    one.name === container.name ? merged(one as unknown as Record<string, unknown>, patch) : one,
  )
  return [
    {
      title: `${title}; a Pod without a controller must be replaced: -o patch has its manifest`,
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
