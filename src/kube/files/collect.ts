import { UserError } from '../../model/errors.ts'
import { applyDefaults } from '../../model/kubernetes/defaults.ts'
import { groupOf, KINDS, RESOURCES, type Resource, resourceOf } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { type ContainerLog, objectKey } from '../../model/snapshot/snapshot.ts'
import type { Pasted } from '../describe/parse.ts'
import { type RecordingHead, recordingHead } from '../recording/recording.ts'
import type { Part } from './documents.ts'
import type { Entry } from './entry.ts'
import { lastLines } from './log-files.ts'
import { shapeProblem } from './shape.ts'

/** What the inputs held so far. Mutable, and private to the reading of one command's files. */
export interface Collection {
  /** By resource, or by `group/Kind` for kinds outside of KINDS; then by `namespace/name`. */
  readonly objects: Map<string, Map<string, KubeObject>>
  /** Kinds that the input is known to be complete in, even where it holds none of them. */
  readonly recorded: Set<Resource>
  /** Kinds of which only some objects were pasted, as text. */
  readonly partial: Set<Resource>
  readonly heads: RecordingHead[]
  readonly logs: ContainerLog[]
  readonly origins: Record<string, string>
  /** Whether anything comes from a server. Pure manifests are complete by themselves. */
  served: boolean
  /** What pasted text leaves open. */
  readonly notes: string[]
}

export const emptyCollection = (): Collection => ({
  objects: new Map(),
  recorded: new Set(),
  partial: new Set(),
  heads: [],
  logs: [],
  origins: {},
  served: false,
  notes: [],
})

type Fields = Readonly<Record<string, unknown>>

/** The list that an item stands in: where it is, and what kind it has where it does not say so itself. */
interface Place {
  readonly input: string
  /** Namespace of manifests that name none. */
  readonly namespace: string
  readonly itemOf?: { readonly apiVersion: string; readonly kind: string }
}

/**
 * Adds one part of an input. An object that comes twice counts once, as it was last.
 * @throws UserError `INPUT:LINE: reason` for what is not a Kubernetes object
 */
export function collect(
  collection: Collection,
  part: Exclude<Part, { readonly pasted: string }>,
  input: string,
  namespace: string,
): void {
  if ('log' in part) {
    collection.served = true
    collection.logs.push({ ...part.log, text: lastLines(part.log.text) })
  } else {
    const { items, ...entry } = part.document
    addEntry(collection, entry, items, { input, namespace })
  }
}

/** Adds what pasted text tells. It is complete in no kind: that something is not in it means nothing. */
export function collectPasted(collection: Collection, { objects, events, takenAt, notes }: Pasted): void {
  collection.served = true
  for (const object of [...objects, ...events]) {
    const resource = resourceOf(object.apiVersion, object.kind)
    bucket(collection, resource ?? object.kind).set(placeKey(object.metadata), object)
    if (resource !== undefined && resource !== 'events') collection.partial.add(resource)
  }
  collection.recorded.add('events')
  collection.heads.push({ takenAt, gaps: [] })
  collection.notes.push(...notes.filter((note) => !collection.notes.includes(note)))
}

function addEntry(
  collection: Collection,
  { value, line }: Entry,
  items: Iterable<Entry> | undefined,
  place: Place,
): void {
  const at = `${place.input}:${line}`
  if (value === null) return
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UserError(
      `${at}: expected a Kubernetes object, found ${Array.isArray(value) ? 'a list' : JSON.stringify(value)}`,
      'Give whole objects with apiVersion and kind, or a List of them.',
    )
  const fields: Fields = { ...place.itemOf, ...value }
  const { apiVersion, kind } = fields
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '')
    throw new UserError(
      `${at}: the object has no ${typeof apiVersion === 'string' && apiVersion !== '' ? 'kind' : 'apiVersion'}`,
      'Give Kubernetes objects only; leave out files such as values.yaml and Chart.yaml.',
    )
  if (kind === 'Status' && apiVersion === 'v1')
    throw new UserError(`${at}: it is an error of the API server: ${fields['message']}`)
  if (kind === 'Table')
    throw new UserError(`${at}: it is a table, not the objects`, 'Record them with "kubectl get -o json".')
  const below = items ?? ownItems(fields, line)
  if (kind.endsWith('List') && (below !== undefined || (kind === 'List' && apiVersion === 'v1')))
    addList(collection, fields, apiVersion, kind, below ?? [], place)
  else addObject(collection, items === undefined ? fields : { ...fields, items: values(items) }, line, place)
}

/** Go prints an empty typed list as `items: null`. */
const ownItems = ({ items }: Fields, line: number): Iterable<Entry> | undefined =>
  Array.isArray(items) ? items.map((value: unknown) => ({ value, line })) : items === null ? [] : undefined

const values = (items: Iterable<Entry>): unknown[] => [...items].map(({ value }) => value)

function addList(
  collection: Collection,
  fields: Fields,
  apiVersion: string,
  kind: string,
  items: Iterable<Entry>,
  { input, namespace }: Place,
): void {
  const metadata = (fields['metadata'] ?? {}) as Fields
  if (isServed(metadata)) collection.served = true
  const head = recordingHead((metadata['annotations'] ?? {}) as Fields)
  if (head !== undefined) {
    collection.served = true
    collection.heads.push(head)
    for (const resource of head.kinds ?? []) collection.recorded.add(resource)
  }
  const itemKind = kind === 'List' ? undefined : kind.slice(0, -'List'.length)
  if (itemKind === undefined) {
    for (const item of items) addEntry(collection, item, undefined, { input, namespace })
    return
  }
  if (isPrivate(apiVersion, itemKind)) return
  const resource = resourceOf(apiVersion, itemKind)
  if (resource !== undefined) collection.recorded.add(resource)
  const itemOf = { apiVersion, kind: itemKind }
  for (const item of items) addEntry(collection, item, undefined, { input, namespace, itemOf })
}

/** `kubectl get` prints an empty resourceVersion on its Lists, which no manifest has. */
const isServed = (metadata: Fields): boolean =>
  ['uid', 'resourceVersion', 'selfLink'].some((name) => typeof metadata[name] === 'string')

/** Never kept, in whatever form they come. */
const isPrivate = (apiVersion: string, kind: string): boolean =>
  groupOf(apiVersion) === '' && (kind === 'Secret' || kind === 'ConfigMap')

/** Configuration of kubectl itself, which lies in the folders of manifests. */
const NOT_AN_OBJECT = ['kustomize.config.k8s.io']

function addObject(collection: Collection, fields: Fields, line: number, place: Place): void {
  const at = `${place.input}:${line}`
  const { apiVersion, kind } = fields as { apiVersion: string; kind: string }
  if (isPrivate(apiVersion, kind) || NOT_AN_OBJECT.includes(groupOf(apiVersion))) return
  const resource = resourceOf(apiVersion, kind)
  const known = bucket(collection, resource ?? `${groupOf(apiVersion)}/${kind}`)
  const metadata = identity((fields['metadata'] ?? {}) as Fields, resource, place.namespace, known)
  if (metadata === undefined) {
    // What no analysis reads need not have a name (a Helm or CI configuration among the manifests).
    if (resource === undefined) return
    throw new UserError(
      `${at}: the ${kind} has no metadata.name`,
      'Give it a name, as kubectl apply demands.',
    )
  }
  const object = withoutNulls({ ...fields, metadata }) as KubeObject
  const problem = resource === undefined ? undefined : shapeProblem(object)
  if (problem !== undefined)
    throw new UserError(
      `${at}: ${kind} ${metadata.name}: ${problem}`,
      'Mend it; "kubectl explain" shows what belongs there.',
    )
  const served = isServed(metadata)
  known.set(placeKey(metadata), served ? object : applyDefaults(object))
  if (served) {
    collection.served = true
    delete collection.origins[objectKey(object)]
  } else collection.origins[objectKey(object)] = at
}

interface Identity extends Fields {
  readonly name: string
  readonly namespace?: unknown
}

const placeKey = ({ namespace, name }: Identity): string => `${namespace ?? ''}/${name}`

/**
 * The metadata with the name and namespace that the API server would give, fields in the order they came in (a report
 * may print the object); undefined without any name.
 */
function identity(
  sent: Fields,
  resource: Resource | undefined,
  standard: string,
  known: ReadonlyMap<string, KubeObject>,
): Identity | undefined {
  const stem = sent['name'] ?? sent['generateName']
  if (typeof stem !== 'string' || stem === '') return undefined
  const { managedFields: _, ...metadata } = sent
  const { namespace, ...unplaced } = metadata
  const isNamespaced = resource === undefined ? namespace != null : KINDS[resource].namespaced
  let identity: Identity = isNamespaced
    ? { ...metadata, name: stem, namespace: namespace ?? standard }
    : { ...unplaced, name: stem }
  // Each manifest with a generateName makes an object of its own.
  if (sent['name'] == null)
    for (let count = 2; known.has(placeKey(identity)); count++)
      identity = { ...identity, name: `${stem}${count}` }
  return identity
}

function bucket({ objects }: Collection, name: string): Map<string, KubeObject> {
  const known = objects.get(name) ?? new Map<string, KubeObject>()
  objects.set(name, known)
  return known
}

/** The API server reads a null as an absent field; templates of charts leave many. Itself where it holds none. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null).map(withoutNulls)
    return items.length === value.length && items.every((item, index) => item === value[index])
      ? value
      : items
  }
  let copy: Record<string, unknown> | undefined
  for (const [key, item] of Object.entries(value)) {
    const kept = withoutNulls(item)
    if (kept === item && item !== null) continue
    copy ??= { ...value }
    if (item === null) delete copy[key]
    else copy[key] = kept
  }
  return copy ?? value
}

/** The resources that no input said anything about, or that it cannot be complete in. */
export const unrecorded = ({ objects, recorded, partial, served }: Collection): readonly Resource[] =>
  served
    ? RESOURCES.filter(
        (resource) => !recorded.has(resource) && (!objects.has(resource) || partial.has(resource)),
      )
    : []
