import { groupOf } from '../kubernetes/kinds.ts'
import type { KubeObject, OwnerReference } from '../kubernetes/objects.ts'
import { controllerOf } from '../kubernetes/reference.ts'
import type { KnownOperator, OperatedPod } from './operator-types.ts'
import { OPERATORS } from './operators.ts'

/** API groups of Kubernetes' own have no dot, or end so; what others define has to have a group of its own. */
const isBuiltIn = (apiVersion: string): boolean =>
  !apiVersion.includes('/') ||
  /^(apps|batch|autoscaling|policy|extensions|[a-z.]+\.k8s\.io)\//.test(apiVersion)

/** An owner, unless it is of a kind of Kubernetes' own (docs/reference/managed-objects.md#operators). */
export const foreignOwner = (owner: OwnerReference | undefined): OwnerReference | undefined =>
  owner === undefined || isBuiltIn(owner.apiVersion) ? undefined : owner

/** The controller of an object where that is none of Kubernetes' own. */
export const foreignController = (object: KubeObject): OwnerReference | undefined =>
  foreignOwner(controllerOf(object))

/** The operator of the catalogue that defines the kind of this owner. */
export const operatorOfOwner = ({ apiVersion }: OwnerReference): KnownOperator | undefined =>
  OPERATORS.find(({ groups }) => groups.includes(groupOf(apiVersion)))

/** The operator of the catalogue that a pod belongs to, by its owner, else by its labels. */
export const operatorOfPod = ({ owner, labels }: OperatedPod): KnownOperator | undefined =>
  (owner === undefined ? undefined : operatorOfOwner(owner)) ??
  OPERATORS.find(
    ({ labels: known }) =>
      known !== undefined &&
      Object.entries(known).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value),
  )

/** `CloudNativePG`, or of an operator that is not known `the operator of Widget x/w (example.com)`. */
export const operatorName = (namespace: string, owner: OwnerReference): string =>
  operatorOfOwner(owner)?.name ??
  `the operator of ${owner.kind} ${namespace}/${owner.name} (${groupOf(owner.apiVersion)})`
