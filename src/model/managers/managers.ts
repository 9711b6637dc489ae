import { bare } from '../kubernetes/fields.ts'
import type { KubeObject } from '../kubernetes/objects.ts'
import { describeObject, describeReference } from '../kubernetes/reference.ts'
import { foreignController } from './operator.ts'

/** What keeps an object as it is written down elsewhere (docs/reference/managed-objects.md#delivery). */
interface Manager {
  /** Where it is written down what manages the object. */
  readonly in: 'labels' | 'annotations'
  readonly name: string
  readonly namespace?: string
  /** What to say behind `KIND NAME `. */
  readonly says: (manager: string) => string
}

const argoSays = (application: string): string =>
  `belongs to the Argo CD application ${application}: its next sync may undo the change; make it in the source, or turn the automatic sync off meanwhile`

const MANAGERS: readonly Manager[] = [
  {
    in: 'annotations',
    name: 'argocd.argoproj.io/tracking-id',
    says: (tracking) => argoSays(tracking.split(':')[0] ?? tracking),
  },
  {
    in: 'labels',
    name: 'argocd.argoproj.io/instance',
    says: argoSays,
  },
  {
    in: 'labels',
    name: 'kustomize.toolkit.fluxcd.io/name',
    namespace: 'kustomize.toolkit.fluxcd.io/namespace',
    says: (kustomization) =>
      `belongs to the Flux Kustomization ${kustomization}: its next reconciliation undoes the change; make it in the source, or suspend the Kustomization meanwhile`,
  },
  {
    in: 'labels',
    name: 'helm.toolkit.fluxcd.io/name',
    namespace: 'helm.toolkit.fluxcd.io/namespace',
    says: (release) =>
      `belongs to the Flux HelmRelease ${release}, which may undo the change: make it in the source, or suspend the HelmRelease meanwhile`,
  },
  {
    in: 'annotations',
    name: 'meta.helm.sh/release-name',
    namespace: 'meta.helm.sh/release-namespace',
    says: (release) =>
      `belongs to the Helm release ${release}: its next upgrade may undo the change; for good, make it in the values of the chart`,
  },
]

/**
 * A sentence about what may undo a change of this object: the GitOps tool, or the release, that its labels and
 * annotations name; undefined where they name none (docs/reference/managed-objects.md#delivery).
 */
export function managerSentence(object: KubeObject): string | undefined {
  for (const manager of MANAGERS) {
    const fields = bare(object.metadata[manager.in])
    const name = fields[manager.name]
    if (name === undefined || name === '') continue
    const namespace = manager.namespace === undefined ? undefined : fields[manager.namespace]
    return `${describeObject(object)} ${manager.says(namespace === undefined ? name : `${namespace}/${name}`)}.`
  }
  return undefined
}

/**
 * The object of an operator that manages this one, as `Kafka events/main`; undefined where its controller is one of
 * Kubernetes' own, or none (docs/reference/managed-objects.md#operators).
 */
export function operatorObject(object: KubeObject): string | undefined {
  const owner = foreignController(object)
  if (owner === undefined) return undefined
  const { namespace } = object.metadata
  return describeReference({ ...owner, ...(namespace === undefined ? {} : { namespace }) })
}
