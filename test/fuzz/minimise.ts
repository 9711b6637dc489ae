import type { FuzzCase } from './case.ts'
import { textOf } from './vocabulary.ts'

/** A smaller case that still has the fault, found within some seconds. */
export async function minimised(
  one: FuzzCase,
  hasFault: (smaller: FuzzCase) => Promise<boolean>,
  seconds: number,
): Promise<FuzzCase> {
  const end = performance.now() + seconds * 1000
  let best = one
  let isSmaller = true
  while (isSmaller && performance.now() < end) {
    isSmaller = false
    for (const smaller of smallerThan(best)) {
      if (performance.now() > end) break
      if (!(await hasFault(smaller))) continue
      best = smaller
      isSmaller = true
      break
    }
  }
  return best
}

function* smallerThan(one: FuzzCase): Generator<FuzzCase> {
  for (const [name, text] of Object.entries(one.files)) {
    for (const smaller of smallerTexts(text))
      yield {
        ...one,
        files: { ...one.files, [name]: smaller },
      }
    if (name.includes('/')) {
      const { [name]: _, ...files } = one.files
      yield { ...one, files }
    }
  }
  for (const [key, body] of Object.entries(one.served ?? {})) {
    const { [key]: _, ...served } = one.served ?? {}
    yield { ...one, served }
    for (const smaller of smallerTexts(body)) yield { ...one, served: { ...one.served, [key]: smaller } }
  }
}

/** JSON with parts of its values gone, and other text with parts of its lines gone; the larger parts first. */
function* smallerTexts(text: string): Generator<string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const lines = text.split('\n')
    for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let at = 0; at < lines.length; at += size)
        yield [...lines.slice(0, at), ...lines.slice(at + size)].join('\n')
    return
  }
  // A number that JavaScript can't hold would be lost.
  if (/\b1e400\b|-0[,}\]]/.test(text)) return
  yield* [...smallerValues(value)].map(textOf)
}

function* smallerValues(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (let size = Math.ceil(value.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let at = 0; at < value.length; at += size) yield [...value.slice(0, at), ...value.slice(at + size)]
    for (const [index, item] of value.entries())
      for (const smaller of smallerValues(item))
        yield [...value.slice(0, index), smaller, ...value.slice(index + 1)]
  } else if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
    for (const [index] of fields.entries()) yield Object.fromEntries(fields.filter((_, at) => at !== index))
    for (const [index, [key, item]] of fields.entries())
      for (const smaller of smallerValues(item))
        yield Object.fromEntries(fields.map((field, at) => (at === index ? [key, smaller] : field)))
  }
}
