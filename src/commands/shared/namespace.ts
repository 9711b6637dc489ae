import type { Connection } from '../../kube/api/live.ts'
import { UserError } from '../../model/errors.ts'
import { KINDS, RESOURCES } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { meantOrListed } from '../../model/snapshot/not-found.ts'
import type { Snapshot } from '../../model/snapshot/snapshot.ts'

/** Every namespace that something in the snapshot is in, or that is an object of it. */
export function namespacesIn({ objects, others, logs, namespace }: Snapshot): ReadonlySet<string> {
  const namespaces = new Set(namespace === undefined ? [] : [namespace])
  for (const { metadata } of objects.namespaces) namespaces.add(metadata.name)
  const add = ({ metadata }: KubeObject) => {
    if (metadata.namespace !== undefined) namespaces.add(metadata.namespace)
  }
  for (const resource of RESOURCES) if (KINDS[resource].namespaced) objects[resource].forEach(add)
  others.forEach(add)
  for (const log of logs) namespaces.add(log.namespace)
  return namespaces
}

const notFound = (namespace: string, known: readonly string[], what: string): UserError =>
  new UserError(`namespaces "${namespace}" not found`, meantOrListed(namespace, known, what))

/**
 * Where nothing of a namespace came from the server, asks it whether there is one. Who may not list namespaces gets no
 * answer, and then an empty one and one that is not there look the same.
 * @throws UserError where it is not there
 */
export async function requireLiveNamespace(
  connection: Connection,
  snapshot: Snapshot,
  namespace: string,
): Promise<void> {
  if (namespacesIn({ ...snapshot, namespace: '' }).has(namespace)) return
  const { objectNames } = await import('../../kube/api/object-names.ts')
  const known = await objectNames(connection, 'namespaces', undefined).catch((): readonly string[] => [])
  if (known.length > 0 && !known.includes(namespace)) throw notFound(namespace, known, 'There are')
}

/**
 * Files know a namespace by what is in it. Nothing can be said where they hold nothing of any.
 * @throws UserError where they hold something, but nothing of this one
 */
export function requireRecordedNamespace(snapshot: Snapshot, namespace: string): void {
  const known = namespacesIn(snapshot)
  if (known.size > 0 && !known.has(namespace))
    throw notFound(namespace, [...known], 'The namespaces of what was read are')
}
