import { type Fields, isFields, own } from './fields.ts'
import type { KubeObject } from './objects.ts'

export interface PatchTarget {
  readonly apiVersion?: string
  readonly namespace?: string
  readonly kind: string
  readonly name: string
}

/** A patch that `kubectl patch KIND NAME -n NS --type T -p VALUE` applies as it stands. */
export interface Patch {
  readonly target: PatchTarget
  readonly type: 'strategic' | 'json' | 'merge'
  readonly value: unknown
}

/**
 * By which field a strategic merge patch finds the item of a list, by the name of the list; lists that are not here are
 * replaced as a whole. Source: the `x-kubernetes-patch-merge-key` of Kubernetes' OpenAPI, as far as pods, their
 * templates and Services go. For `ports` it is the one of these two that the item has.
 */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  ports: ['containerPort', 'port'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  resourceClaims: ['name'],
  schedulingGates: ['name'],
  topologySpreadConstraints: ['topologyKey'],
  ownerReferences: ['uid'],
  conditions: ['type'],
}

const DIRECTIVE = '$patch'

/**
 * The object after a patch, as the API server would make it before it fills in defaults. Understands what fixes use:
 * JSON merge patches, JSON patches (add, remove, replace, test), and strategic ones with merge keys, `null`
 * and the directives `$patch: replace` and `delete`.
 * @throws Error where a JSON patch names a place that is not there, or another operation
 */
export function applyPatch<T extends KubeObject>(object: T, { type, value }: Patch): T {
  const patched =
    type === 'json'
      ? (value as readonly JsonOperation[]).reduce<unknown>(applyOperation, object)
      : merged(object, value, type === 'strategic')
  return patched as T
}

/** RFC 7386, and with `strategic` Kubernetes' own additions to it. */
function merged(target: unknown, change: unknown, strategic: boolean): unknown {
  if (!isFields(change)) return change
  if (strategic && change[DIRECTIVE] === 'replace') return without(change, DIRECTIVE)
  const result: Record<string, unknown> = isFields(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(change)) {
    const mergeKeys = strategic ? own(MERGE_KEYS, key) : undefined
    if (value === null) delete result[key]
    else if (mergeKeys !== undefined && Array.isArray(value))
      result[key] = mergedList(Array.isArray(result[key]) ? result[key] : [], value, mergeKeys)
    else result[key] = merged(result[key], value, strategic)
  }
  return result
}

/** Items that are there merge in place, new ones come last. */
function mergedList(
  target: readonly unknown[],
  change: readonly unknown[],
  keys: readonly string[],
): readonly unknown[] {
  if (
    change.some((item) => isFields(item) && item[DIRECTIVE] === 'replace' && Object.keys(item).length === 1)
  )
    return change.filter((item) => !(isFields(item) && item[DIRECTIVE] === 'replace'))
  const result = [...target]
  for (const item of change) {
    const key = keys.find((one) => isFields(item) && one in item)
    const index = result.findIndex((one) => key !== undefined && fieldOf(one, key) === fieldOf(item, key))
    if (fieldOf(item, DIRECTIVE) === 'delete') {
      if (index !== -1) result.splice(index, 1)
    } else if (index === -1) result.push(merged({}, item, true))
    else result[index] = merged(result[index], item, true)
  }
  return result
}

const fieldOf = (value: unknown, key: string): unknown => (isFields(value) ? value[key] : undefined)

const without = (fields: Fields, key: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([one]) => one !== key))

/** One operation of RFC 6902. */
interface JsonOperation {
  readonly op: string
  readonly path: string
  readonly value?: unknown
}

function applyOperation(target: unknown, { op, path, value }: JsonOperation): unknown {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (op === 'test') {
    const present = keys.reduce<unknown>((one, key) => (one as Fields | undefined)?.[key], target)
    if (JSON.stringify(present) !== JSON.stringify(value)) throw new Error(`${path} has another value`)
    return target
  }
  if (op !== 'add' && op !== 'remove' && op !== 'replace')
    throw new Error(`cannot apply the operation "${op}" of a JSON patch`)
  return changedAt(target, keys, { op, path, value })
}

function changedAt(
  target: unknown,
  [key, ...rest]: readonly string[],
  operation: { readonly op: 'add' | 'remove' | 'replace'; readonly path: string; readonly value: unknown },
): unknown {
  const { op, path, value } = operation
  if (key === undefined) return value
  if (Array.isArray(target)) {
    const items: unknown[] = [...target]
    const index = key === '-' ? items.length : Number(key)
    if (!(index >= 0 && index < items.length + (op === 'add' && rest.length === 0 ? 1 : 0)))
      throw new Error(`there is no ${path}`)
    if (rest.length > 0) items[index] = changedAt(items[index], rest, operation)
    else if (op === 'add') items.splice(index, 0, value)
    else items.splice(index, 1, ...(op === 'remove' ? [] : [value]))
    return items
  }
  if (!isFields(target) || (!(key in target) && (op !== 'add' || rest.length > 0)))
    throw new Error(`there is no ${path}`)
  if (rest.length > 0) return { ...target, [key]: changedAt(target[key], rest, operation) }
  return op === 'remove' ? without(target, key) : { ...target, [key]: value }
}

/**
 * The fields that a patch sets or removes, as paths in which an item of a list has the value of its merge key:
 * `spec.template.spec.containers[app].livenessProbe.failureThreshold`. Sorted as in the patch.
 */
export function touchedFields({ type, value }: Patch): readonly string[] {
  if (type === 'json') return (value as readonly JsonOperation[]).map(({ path }) => path)
  return leaves(value, '', undefined)
}

function leaves(value: unknown, path: string, list: string | undefined): readonly string[] {
  if (isFields(value))
    return Object.entries(value).flatMap(([key, item]) => {
      const identifies = list !== undefined && (MERGE_KEYS[list]?.includes(key) ?? false)
      return identifies ? [] : leaves(item, path === '' ? key : `${path}.${key}`, key)
    })
  const keys = list === undefined ? undefined : MERGE_KEYS[list]
  if (!Array.isArray(value) || keys === undefined) return [path]
  return value.flatMap((item) => {
    const key = keys.find((one) => isFields(item) && one in item)
    return leaves(item, `${path}[${key === undefined ? '' : fieldOf(item, key)}]`, list)
  })
}
