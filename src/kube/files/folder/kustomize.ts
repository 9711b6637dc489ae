import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { type Fields, isFields } from '../../../model/kubernetes/fields.ts'
import { TEMPLATE_PATHS } from '../../../model/kubernetes/pod-template.ts'

/** Source: kustomize api/konfig general.go, RecognizedKustomizationFileNames. The third has no extension. */
export const isKustomization = (file: string): boolean =>
  ['kustomization.yaml', 'kustomization.yml'].includes(basename(file))

/** What a kustomization takes in as whole objects; all other files that it names are patches and the like. */
const WHOLE = ['bases', 'components', 'crds', 'resources']

/** The files that a kustomization names and that are no objects of their own, as absolute paths. */
export function filesLaidOver(file: string, kustomization: unknown): readonly string[] {
  if (!isFields(kustomization)) return []
  const below = Object.entries(kustomization).filter(([key]) => !WHOLE.includes(key))
  return below
    .flatMap(([, value]) => [...texts(value)])
    .filter((text) => text.length < 4096 && !text.includes('\n'))
    .map((text) => resolve(dirname(file), text.slice(text.indexOf('=') + 1)))
    .filter((path) => existsSync(path))
}

function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) yield* texts(item)
}

/** Whether a workload lacks what every whole one has: its containers, or the image of one of them. */
export function isFragment(object: Fields): boolean {
  const template = TEMPLATE_PATHS[`${object['kind']}`]
  if (template === undefined) return false
  const spec = [...template, 'spec'].reduce<unknown>(
    (value, key) => (isFields(value) ? value[key] : undefined),
    object,
  )
  const containers = isFields(spec) ? spec['containers'] : undefined
  return (
    !Array.isArray(containers) ||
    containers.length === 0 ||
    containers.some((one: unknown) => isFields(one) && typeof one['image'] !== 'string')
  )
}
