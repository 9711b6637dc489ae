import type { Fields } from '../../model/kubernetes/fields.ts'
import { KINDS, type Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'

/** The metadata of an object, with the name that it has in the cluster. */
export interface Identity extends Fields {
  readonly name: string
  readonly namespace?: unknown
}

/** `namespace/name`. */
export const identityKey = ({ namespace, name }: Identity): string => `${namespace ?? ''}/${name}`

/**
 * The metadata with the name and namespace that the API server would give, fields in the order they came in (a report
 * may print the object); undefined without any name.
 */
export function identityOf(
  sent: Fields,
  resource: Resource | undefined,
  defaultNamespace: string,
  known: ReadonlyMap<string, KubeObject>,
): Identity | undefined {
  const stem = sent['name'] ?? sent['generateName']
  if (typeof stem !== 'string' || stem === '') return undefined
  const { managedFields: _, ...metadata } = sent
  const { namespace, ...withoutNamespace } = metadata
  const isNamespaced = resource === undefined ? namespace != null : KINDS[resource].namespaced
  let identity: Identity = isNamespaced
    ? { ...metadata, name: stem, namespace: namespace ?? defaultNamespace }
    : { ...withoutNamespace, name: stem }
  // Each manifest with a generateName makes an object of its own.
  if (sent['name'] == null)
    for (let count = 2; known.has(identityKey(identity)); count++)
      identity = { ...identity, name: `${stem}${count}` }
  return identity
}
