import { resolve } from 'node:path'
import { UserError } from '../../../model/errors.ts'
import { isFields } from '../../../model/kubernetes/fields.ts'
import { KINDS, RESOURCES, type Resource } from '../../../model/kubernetes/kinds.ts'
import { collect } from '../collect.ts'
import type { Collection } from '../collection.ts'
import { readInputFile } from '../input/inputs.ts'
import { type InputFile, type InputPart, parseInput } from '../parse-input.ts'
import { filesLaidOver, isFragment, isKustomization } from './kustomize.ts'
import type { FileOptions } from './options.ts'
import type { PassedOver } from './passed-over.ts'

/** What the reading of a folder adds to. */
interface FolderReading {
  readonly collection: Collection
  readonly passedOver: PassedOver
  /** What is broken, one error for each file or object. */
  readonly broken: UserError[]
}

/**
 * Reads the files of a folder of manifests as a person means them: kustomizations, what they lay over objects, templates,
 * and what is no Kubernetes object are passed over and counted. What is broken is kept, and the rest is read. Kinds that
 * a broken file names are gaps, so that nothing counts as absent because of it.
 */
export async function readManifests(
  files: readonly string[],
  reading: FolderReading,
  options: FileOptions,
): Promise<void> {
  const laidOver = new Set<string>()
  const inputs = new Map<string, InputFile>()
  for (const file of files) {
    const input = await kept(reading, () => readInputFile(file, options.stdin))
    if (input === undefined) continue
    inputs.set(file, input)
    if (!isKustomization(file)) continue
    reading.passedOver.kustomizations.push(file.replace(/[/\\][^/\\]*$/, ''))
    await kept(reading, () => {
      for (const part of parseInput(input))
        if ('document' in part)
          for (const path of filesLaidOver(file, part.document.value)) laidOver.add(path)
    })
  }
  for (const [file, input] of inputs)
    if (laidOver.has(resolve(file))) reading.passedOver.patches.push(file)
    else if (!isKustomization(file)) readManifest(file, input, reading, options)
}

/** What the use gives; what is wrong with the input is kept. */
async function kept<T>({ broken }: FolderReading, use: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await use()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    broken.push(error)
    return undefined
  }
}

function readManifest(file: string, input: InputFile, reading: FolderReading, options: FileOptions): void {
  const { collection, passedOver, broken } = reading
  const errors: UserError[] = []
  const seen = { objects: 0, others: 0, fragments: 0 }
  const attempt = (use: () => void) => {
    try {
      use()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      errors.push(error)
    }
  }
  attempt(() => {
    for (const part of parseInput(input)) {
      const type = typeOf(part, passedOver)
      seen[type]++
      if (type === 'objects') attempt(() => collect(collection, part, input.name, options))
    }
  })
  const text = errors.length + seen.fragments === 0 ? '' : input.bytes.toString()
  if (/\{\{.*\}\}/.test(text)) passedOver.templates.push(file)
  else if (errors.length > 0 && (seen.objects > 0 || looksLikeObjects(text))) {
    broken.push(...errors)
    for (const resource of kindsIn(text)) collection.broken.add(resource)
  } else if (seen.fragments > 0) passedOver.patches.push(file)
  else if (errors.length > 0 || (seen.others > 0 && seen.objects === 0)) passedOver.others.push(file)
}

function typeOf(part: InputPart, { kustomizations }: PassedOver): 'objects' | 'others' | 'fragments' {
  if (!('document' in part)) return 'objects'
  const { value, items } = part.document
  if (!isFields(value) || typeof value['kind'] !== 'string' || typeof value['apiVersion'] !== 'string')
    return 'others'
  return kustomizations.length > 0 && items === undefined && isFragment(value) ? 'fragments' : 'objects'
}

const looksLikeObjects = (text: string): boolean =>
  /\bapiVersion["']?\s*:/.test(text) && /\bkind["']?\s*:/.test(text)

/** The kinds that a text names that does not parse. */
const kindsIn = (text: string): readonly Resource[] => {
  const kinds = new Set([...text.matchAll(/\bkind["']?\s*:\s*["']?(\w+)/g)].map(([, kind]) => kind))
  return RESOURCES.filter((resource) => kinds.has(KINDS[resource].kind))
}
