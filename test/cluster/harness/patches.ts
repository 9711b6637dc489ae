import type { Patch } from '../../../src/model/finding.ts'

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

/** Paths of the values that differ, e.g. `spec/template/spec/containers/0/image`. */
export function changes(before: unknown, after: unknown, path: string): readonly string[] {
  if (Object.is(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [path]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    changes(before[key], after[key], `${path}/${key}`),
  )
}

/** Names on the way to a value, which say where it is and not what is changed. */
const WAY = ['spec', 'template', 'containers', 'initContainers', 'name']

/** The fields that a patch means to change; a JSON patch names them in its paths. */
export function meantFields(value: unknown): readonly string[] {
  if (Array.isArray(value))
    return value
      .flatMap((item) => [...`${item?.path ?? ''}`.split('/'), ...meantFields(item)])
      .filter(isMeant)
  if (!isObject(value)) return []
  return [...Object.keys(value), ...Object.values(value).flatMap(meantFields)].filter(isMeant)
}

const isMeant = (name: string): boolean => name !== '' && !WAY.includes(name)
