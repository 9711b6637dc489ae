import type { Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { isQuantity } from '../../model/kubernetes/quantity.ts'
import type { Schema } from './schemas/parts.ts'
import { SCHEMAS } from './schemas/schemas.ts'

/** What a field must be, and is not. */
type Must =
  | 'be text'
  | 'be true or false'
  | 'be a number'
  | 'be a whole number'
  | 'be a quantity, as 500m or 1Gi'
  | 'be a whole number or text'
  | 'be a list'
  | 'be an object'
  | 'not be null'
  | 'be there'

/** A field that is not of the form that the API demands. */
export interface Violation {
  /** As `spec.template.spec.containers[0].name`. */
  readonly path: string
  readonly must: Must
  readonly value: unknown
}

/** `spec.template.spec.containers must be a list`. */
export const violationText = ({ path, must }: Violation): string =>
  must === 'be there' ? `${path} is missing` : `${path} must ${must}`

/** The first field of an object that is not of the form the API demands; undefined for a sound object. Nulls count as absent, but not in a list. */
export const schemaViolation = (object: KubeObject, resource: Resource): Violation | undefined =>
  violation(object, SCHEMAS[resource], '')

/** The same of any value that begins at `path`. */
export function violation(value: unknown, schema: Schema, path: string): Violation | undefined {
  if (value === undefined || value === null) return undefined
  const unless = (isMet: boolean, must: Must): Violation | undefined =>
    isMet ? undefined : { path, must, value }
  if (schema === 'text') return unless(typeof value === 'string', 'be text')
  if (schema === 'boolean') return unless(typeof value === 'boolean', 'be true or false')
  if (schema === 'number')
    return typeof value === 'number'
      ? unless(Number.isSafeInteger(value), 'be a whole number')
      : unless(false, 'be a number')
  if (schema === 'quantity') return unless(isQuantity(value), 'be a quantity, as 500m or 1Gi')
  if (schema === 'number or text')
    return unless(typeof value === 'string' || Number.isSafeInteger(value), 'be a whole number or text')
  if ('items' in schema) {
    if (!Array.isArray(value)) return unless(false, 'be a list')
    return first(value.entries(), ([index, item]) =>
      item === null
        ? { path: `${path}[${index}]`, must: 'not be null', value: item }
        : violation(item, schema.items, `${path}[${index}]`),
    )
  }
  if (typeof value !== 'object' || Array.isArray(value)) return unless(false, 'be an object')
  const fields = value as Readonly<Record<string, unknown>>
  const below = (name: string) => (path === '' ? name : `${path}.${name}`)
  if ('values' in schema)
    return first(Object.entries(fields), ([name, item]) => violation(item, schema.values, below(name)))
  const missing = schema.required?.find((name) => fields[name] == null)
  return (
    first(Object.entries(schema.fields), ([name, inner]) => violation(fields[name], inner, below(name))) ??
    (missing === undefined ? undefined : { path: below(missing), must: 'be there', value: undefined })
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

function first<T>(items: Iterable<T>, check: (item: T) => Violation | undefined): Violation | undefined {
  for (const item of items) {
    const problem = check(item)
    if (problem !== undefined) return problem
  }
  return undefined
}
