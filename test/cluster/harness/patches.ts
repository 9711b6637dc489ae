import type { Patch } from '../../../src/model/kubernetes/patch.ts'

/** `kubectl patch`, in the namespace of the target unless told. */
export const patchArgs = ({ target, type, value }: Patch, namespace = target.namespace): string[] => [
  'patch',
  target.kind,
  target.name,
  ...(namespace === undefined ? [] : ['-n', namespace]),
  `--type=${type}`,
  '-p',
  JSON.stringify(value),
]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Paths of the values that differ, without the places in lists: `spec/template/spec/containers/image`. */
export function changedPaths(before: unknown, after: unknown, path: string): readonly string[] {
  if (Object.is(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [path]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    changedPaths(before[key], after[key], Array.isArray(before) ? path : `${path}/${key}`),
  )
}

/** Paths of the values that a merge patch sets or removes, in the form of {@link changedPaths}. */
export function intendedPaths(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((item) => (isObject(item) ? intendedPaths(item, path) : [path]))
  if (!isObject(value) || Object.keys(value).length === 0) return [path]
  return Object.entries(value).flatMap(([key, inner]) =>
    intendedPaths(inner, path === '' ? key : `${path}/${key}`),
  )
}

/**
 * Changes that the patch does not mean: neither what it sets, nor what the API server puts inside of that, nor what
 * was not there before and now holds it.
 */
export const unintendedPaths = (changed: readonly string[], intended: readonly string[]): readonly string[] =>
  changed.filter(
    (path) =>
      !intended.some((one) => one === path || path.startsWith(`${one}/`) || one.startsWith(`${path}/`)),
  )
