import type { HorizontalPodAutoscaler, KubeObject, OwnerReference } from './objects.ts'

/** In place of the name of an object that text was copied without. No object can have it. */
export const UNNAMED = '<unknown>'

/** `namespace/name`, or the name alone of an object without a namespace. */
export const nameOf = ({ metadata }: KubeObject): string =>
  metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`

/** `Pod shop/web-1`: how evidence names an object. */
export const describeObject = (object: KubeObject): string => `${object.kind} ${nameOf(object)}`

/** The same of an object of which only the name is known. */
export const describeReference = ({
  kind,
  namespace,
  name,
}: {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}): string => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`

/** `Kind/namespace/name`: the key of an object wherever objects of several kinds are looked up. */
export const referenceKey = (kind: string, namespace: string | undefined, name: string): string =>
  `${kind}/${namespace ?? ''}/${name}`

/** The same of an object that is there. */
export const objectKey = ({ kind, metadata }: KubeObject): string =>
  referenceKey(kind, metadata.namespace, metadata.name)

/** The owner reference that manages the object, if any (`controller: true`). */
export const controllerOf = ({ metadata }: KubeObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true)

/** Whether the autoscaler sets the replicas of this workload of its namespace. */
export const scales = (
  { metadata, spec }: HorizontalPodAutoscaler,
  {
    kind,
    namespace,
    name,
  }: { readonly kind: string; readonly namespace?: string | undefined; readonly name: string },
): boolean =>
  metadata.namespace === namespace && spec?.scaleTargetRef.kind === kind && spec.scaleTargetRef.name === name
