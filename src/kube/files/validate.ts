import type { Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { isQuantity } from '../../model/kubernetes/quantity.ts'
import { SCHEMAS, type Schema } from './schemas.ts'

/**
 * The first field of an object that is not of the form the API demands, as `spec.template.spec.containers must be a
 * list`; undefined for a sound object. Nulls count as absent, but not in a list.
 */
export const schemaViolation = (object: KubeObject, resource: Resource): string | undefined =>
  violation(object, SCHEMAS[resource], '')

/** The same of any value that begins at `path`. */
export function violation(value: unknown, schema: Schema, path: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (schema === 'text') return typeof value === 'string' ? undefined : `${path} must be text`
  if (schema === 'boolean') return typeof value === 'boolean' ? undefined : `${path} must be true or false`
  if (schema === 'number') {
    if (typeof value !== 'number') return `${path} must be a number`
    return Number.isSafeInteger(value) ? undefined : `${path} must be a whole number`
  }
  if (schema === 'quantity')
    return isQuantity(value) ? undefined : `${path} must be a quantity, as 500m or 1Gi`
  if (schema === 'number or text')
    return typeof value === 'string' || Number.isSafeInteger(value)
      ? undefined
      : `${path} must be a whole number or text`
  if ('items' in schema) {
    if (!Array.isArray(value)) return `${path} must be a list`
    return first(value.entries(), ([index, item]) =>
      item === null
        ? `${path}[${index}] must not be null`
        : violation(item, schema.items, `${path}[${index}]`),
    )
  }
  if (typeof value !== 'object' || Array.isArray(value)) return `${path} must be an object`
  const fields = value as Readonly<Record<string, unknown>>
  const below = (name: string) => (path === '' ? name : `${path}.${name}`)
  if ('values' in schema)
    return first(Object.entries(fields), ([name, item]) => violation(item, schema.values, below(name)))
  const missing = schema.required?.find((name) => fields[name] === undefined)
  return (
    first(Object.entries(schema.fields), ([name, inner]) => violation(fields[name], inner, below(name))) ??
    (missing === undefined ? undefined : `${below(missing)} is missing`)
  )
}

/** Deeper than this is no object of Kubernetes, and could end the walk through it before its end. */
const MOST_LEVELS = 500

/** Whether a value is nested more deeply than any object of Kubernetes; walked without recursion. */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; depth <= MOST_LEVELS; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
    if (level.length === 0) return false
  }
  return true
}

function first<T>(items: Iterable<T>, check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = check(item)
    if (problem !== undefined) return problem
  }
  return undefined
}
