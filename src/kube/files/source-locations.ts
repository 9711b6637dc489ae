import { readFileSync } from 'node:fs'
import { type FieldLines, yamlFieldLines } from './yaml.ts'

/** `FILE:LINE` of a field of the object that begins at `origin`; of the nearest field above, where it is not written. */
export type SourceLocations = (origin: string, path: string) => string

/**
 * Finds the lines of fields in the manifests that were read: in YAML, of each field; elsewhere, and where the file has
 * changed meanwhile, that of the object. Each file is read once more, and once only.
 */
export function sourceLocations(): SourceLocations {
  const files = new Map<string, ReadonlyMap<number, FieldLines>>()
  return (origin, path) => {
    const [, file = '', line = ''] = /^(.*):(\d+)$/.exec(origin) ?? []
    let objects = files.get(file)
    if (objects === undefined) {
      objects = linesIn(file)
      files.set(file, objects)
    }
    const fields = objects.get(Number(line))
    for (let field = path; fields !== undefined && field !== ''; field = parentOf(field)) {
      const fieldLine = fields.get(field)
      if (fieldLine !== undefined) return `${file}:${fieldLine}`
    }
    return origin
  }
}

/** `spec.containers[0]` of `spec.containers[0].image`, then `spec.containers`. */
const parentOf = (path: string): string => path.replace(/(?:\.[^.[\]]+|\[\d+\]|^[^.[\]]+)$/, '')

function linesIn(file: string): ReadonlyMap<number, FieldLines> {
  if (!/\.ya?ml$/.test(file)) return new Map()
  try {
    return yamlFieldLines(readFileSync(file, 'utf8'))
  } catch {
    return new Map()
  }
}
