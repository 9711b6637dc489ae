import { UserError } from '../../model/errors.ts'
import { applyDefaults } from '../../model/kubernetes/defaults.ts'
import { type Fields, withoutNulls } from '../../model/kubernetes/fields.ts'
import { groupOf, type Resource, resourceOf } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { objectKey } from '../../model/kubernetes/reference.ts'
import { type KubectlText, parseKubectlText } from '../describe/parse.ts'
import { recordingMetadata } from '../recording/recording.ts'
import { type Collection, objectsOf } from './collection.ts'
import type { LocatedValue } from './document.ts'
import type { FileOptions } from './folder/options.ts'
import { identityKey, identityOf } from './identity.ts'
import { lastLines } from './log-files.ts'
import type { InputPart } from './parse-input.ts'
import { misplacedProbe } from './slips/misplaced.ts'
import { wrongTypeHint } from './slips/wrong-type.ts'
import { sourceLocations } from './source-locations.ts'
import { isTooDeep, schemaViolation, violationText } from './validate.ts'

/** The list that an item stands in: where it is, and what kind it has where it does not say so itself. */
interface ItemContext {
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
  part: InputPart,
  input: string,
  options: Pick<FileOptions, 'clock' | 'namespace' | 'now'>,
): void {
  if ('kubectlText' in part) addKubectlText(collection, parseKubectlText(part.kubectlText, options))
  else if ('log' in part) {
    collection.fromServer = true
    collection.logs.push({ ...part.log, text: lastLines(part.log.text) })
  } else {
    const { items, ...located } = part.document
    addValue(collection, located, items, { input, namespace: options.namespace ?? 'default' })
  }
}

/** Adds what kubectl printed for people. It is complete in no kind: that something is not in it means nothing. */
function addKubectlText(collection: Collection, { objects, events, takenAt, notes }: KubectlText): void {
  collection.fromServer = true
  for (const object of [...objects, ...events]) {
    const resource = resourceOf(object.apiVersion, object.kind)
    objectsOf(collection, resource ?? object.kind).set(identityKey(object.metadata), object)
    if (resource !== undefined && resource !== 'events') collection.partial.add(resource)
  }
  collection.recorded.add('events')
  collection.recordings.push({ takenAt, gaps: [] })
  collection.notes.push(...notes.filter((note) => !collection.notes.includes(note)))
}

function addValue(
  collection: Collection,
  { value, line }: LocatedValue,
  items: Iterable<LocatedValue> | undefined,
  context: ItemContext,
): void {
  const at = `${context.input}:${line}`
  if (value === null) return
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UserError(
      `${at}: expected a Kubernetes object, found ${Array.isArray(value) ? 'a list' : JSON.stringify(value)}`,
      'Give whole objects with apiVersion and kind, or a List of them.',
    )
  const fields: Fields = { ...context.itemOf, ...value }
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
    addList(collection, fields, apiVersion, kind, below ?? [], context)
  else
    addObject(collection, items === undefined ? fields : { ...fields, items: values(items) }, line, context)
}

/** Go prints an empty typed list as `items: null`. */
const ownItems = ({ items }: Fields, line: number): Iterable<LocatedValue> | undefined =>
  Array.isArray(items) ? items.map((value: unknown) => ({ value, line })) : items === null ? [] : undefined

const values = (items: Iterable<LocatedValue>): unknown[] => [...items].map(({ value }) => value)

function addList(
  collection: Collection,
  fields: Fields,
  apiVersion: string,
  kind: string,
  items: Iterable<LocatedValue>,
  { input, namespace }: ItemContext,
): void {
  const metadata = (fields['metadata'] ?? {}) as Fields
  if (isFromServer(metadata)) collection.fromServer = true
  const recording = recordingMetadata((metadata['annotations'] ?? {}) as Fields)
  if (recording !== undefined) {
    collection.fromServer = true
    collection.recordings.push(recording)
    for (const resource of recording.kinds ?? []) collection.recorded.add(resource)
  }
  const itemKind = kind === 'List' ? undefined : kind.slice(0, -'List'.length)
  if (itemKind === undefined) {
    for (const item of items) addValue(collection, item, undefined, { input, namespace })
    return
  }
  if (isPrivate(apiVersion, itemKind)) return
  const resource = resourceOf(apiVersion, itemKind)
  if (resource !== undefined) collection.recorded.add(resource)
  const itemOf = { apiVersion, kind: itemKind }
  for (const item of items) addValue(collection, item, undefined, { input, namespace, itemOf })
}

/** `kubectl get` prints an empty resourceVersion on its Lists, which no manifest has. */
const isFromServer = (metadata: Fields): boolean =>
  ['uid', 'resourceVersion', 'selfLink'].some((name) => typeof metadata[name] === 'string')

/** Never kept, in whatever form they come. */
const isPrivate = (apiVersion: string, kind: string): boolean =>
  groupOf(apiVersion) === '' && (kind === 'Secret' || kind === 'ConfigMap')

/** Configuration of kubectl itself, which lies in the folders of manifests. */
const NOT_AN_OBJECT = ['kustomize.config.k8s.io']

function addObject(collection: Collection, fields: Fields, line: number, context: ItemContext): void {
  const at = `${context.input}:${line}`
  const { apiVersion, kind } = fields as { apiVersion: string; kind: string }
  if (isPrivate(apiVersion, kind) || NOT_AN_OBJECT.includes(groupOf(apiVersion))) return
  const resource = resourceOf(apiVersion, kind)
  const known = objectsOf(collection, resource ?? `${groupOf(apiVersion)}/${kind}`)
  const metadata = identityOf((fields['metadata'] ?? {}) as Fields, resource, context.namespace, known)
  if (metadata === undefined) {
    // What no analysis reads need not have a name (a Helm or CI configuration among the manifests).
    if (resource === undefined) return
    throw new UserError(
      `${at}: the ${kind} has no metadata.name`,
      'Give it a name, as kubectl apply demands.',
    )
  }
  if (isTooDeep(fields))
    throw new UserError(
      `${at}: ${kind} ${metadata.name} is nested more deeply than any object of Kubernetes`,
      'Give the object as the API server has it.',
    )
  const object = withoutNulls({ ...fields, metadata }) as KubeObject
  const fromServer = isFromServer(metadata)
  if (resource !== undefined) requireShape(object, resource, { at, isManifest: !fromServer })
  known.set(identityKey(metadata), fromServer ? object : applyDefaults(object))
  if (fromServer) {
    collection.fromServer = true
    delete collection.origins[objectKey(object)]
  } else collection.origins[objectKey(object)] = at
}

/** @throws UserError that names the line of the field, for a type that the API does not take, and for slips in a manifest */
function requireShape(
  object: KubeObject,
  resource: Resource,
  { at, isManifest }: { readonly at: string; readonly isManifest: boolean },
): void {
  const { kind, metadata } = object
  const refuse = (path: string, problem: string, hint: string) =>
    new UserError(`${sourceLocations()(at, path)}: ${kind} ${metadata.name}: ${problem}`, hint)
  const violation = schemaViolation(object, resource)
  if (violation !== undefined)
    throw refuse(violation.path, violationText(violation), wrongTypeHint(violation))
  const slip = isManifest ? misplacedProbe(object as unknown as Fields, kind) : undefined
  if (slip !== undefined) throw refuse(slip.path, `${slip.path}: ${slip.problem}`, slip.hint)
}
