import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { type Shape, shapeOf } from './shapes.ts'

const shapes = new Map<string, Shape>()

/**
 * The first field of an object that is not of the form the API demands, as `spec.template.spec.containers must be a
 * list`; undefined for a sound object. Nulls count as absent.
 */
export function shapeProblem(object: KubeObject): string | undefined {
  const { kind } = object
  let shape = shapes.get(kind)
  if (shape === undefined) {
    shape = shapeOf(kind)
    shapes.set(kind, shape)
  }
  return problem(object, shape, '')
}

function problem(value: unknown, shape: Shape, path: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (shape === 'text') return typeof value === 'string' ? undefined : `${path} must be text`
  if (shape === 'number') return typeof value === 'number' ? undefined : `${path} must be a number`
  if ('items' in shape) {
    if (!Array.isArray(value)) return `${path} must be a list`
    return first(value.entries(), ([index, item]) => problem(item, shape.items, `${path}[${index}]`))
  }
  if (typeof value !== 'object' || Array.isArray(value)) return `${path} must be an object`
  const fields = value as Readonly<Record<string, unknown>>
  const below = (name: string) => (path === '' ? name : `${path}.${name}`)
  if ('values' in shape)
    return first(Object.entries(fields), ([name, item]) => problem(item, shape.values, below(name)))
  const missing = shape.required?.find((name) => fields[name] === undefined)
  return (
    first(Object.entries(shape.fields), ([name, inner]) => problem(fields[name], inner, below(name))) ??
    (missing === undefined ? undefined : `${below(missing)} is missing`)
  )
}

function first<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
