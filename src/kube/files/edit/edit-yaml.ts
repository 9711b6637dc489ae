import { isDeepStrictEqual } from 'node:util'
import { isMap, isScalar, isSeq, type Pair, stringify, type YAMLMap } from 'yaml'
import { type Fields, isFields } from '../../../model/kubernetes/fields.ts'
import { yamlObjects } from '../yaml.ts'

/** A part of a text and what comes in its place. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Something that stands in a way that is not understood, such as an alias. */
class Unknown extends Error {}

/**
 * The text in which one object, the `index`-th of {@link yamlObjects}, is as the change makes it. Only the lines of the
 * fields that differ are touched, so that comments, order and quotes stay. Undefined where that can't be done: the text
 * is read again, and must give that object and all others as they were.
 */
export function editedYaml(
  text: string,
  index: number,
  change: (object: Fields) => Fields,
): string | undefined {
  try {
    const objects = yamlObjects(text)
    const object = objects[index]
    if (object === undefined || !isFields(object.value)) return undefined
    const after = change(object.value)
    const edited = applied(text, [...editsOf(text, object.node, object.value, after)])
    const values = yamlObjects(edited).map(({ value }) => value)
    const wanted = objects.map(({ value }, at) => (at === index ? after : value))
    return isDeepStrictEqual(plain(values), plain(wanted)) ? edited : undefined
  } catch {
    // A patch that does not fit, aliases that make too much, or what is not understood.
    return undefined
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

function applied(text: string, edits: readonly Edit[]): string {
  const lastFirst = [...edits].sort((a, b) => b.start - a.start || b.end - a.end)
  let [result, limit] = [text, text.length]
  for (const { start, end, text: replacement } of lastFirst) {
    if (end > limit) throw new Unknown()
    result = result.slice(0, start) + replacement + result.slice(end)
    limit = start
  }
  return result
}

type Range = readonly [start: number, end: number]

function rangeOf(node: unknown): Range {
  const { range } = (node ?? {}) as { readonly range?: readonly number[] | null }
  if (range?.[0] === undefined || range[1] === undefined) throw new Unknown()
  return [range[0], range[1]]
}

const isFlow = (node: unknown): boolean => (node as { readonly flow?: boolean }).flow === true

function* editsOf(text: string, node: unknown, before: unknown, after: unknown): Generator<Edit> {
  if (isDeepStrictEqual(plain(before ?? null), plain(after ?? null))) return
  const [start, end] = rangeOf(node)
  if ((isMap(node) || isSeq(node)) && isFlow(node)) yield { start, end, text: flowText(after) }
  else if (isMap(node) && isFields(before) && isFields(after)) yield* mapEdits(text, node, before, after)
  else if (isSeq(node) && Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    for (const [index, item] of node.items.entries()) yield* editsOf(text, item, before[index], after[index])
  else if (isScalar(node) && (typeof after !== 'object' || after === null))
    yield { start, end, text: flowText(after) }
  else throw new Unknown()
}

function* mapEdits(text: string, map: YAMLMap, before: Fields, after: Fields): Generator<Edit> {
  const pairOf = (key: string) => map.items.find((pair) => isScalar(pair.key) && `${pair.key.value}` === key)
  const indent = ' '.repeat(columnOf(text, map))
  const added: string[] = []
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined) continue
    const pair = pairOf(key)
    if (pair === undefined) added.push(`\n${blockText({ [key]: value }, indent)}`)
    else if (isStepInto(pair, before[key], value)) yield* editsOf(text, pair.value, before[key], value)
    else if (!isDeepStrictEqual(plain(before[key] ?? null), plain(value)))
      yield {
        start: rangeOf(pair.key)[0],
        end: endOf(text, pair),
        text: blockText({ [key]: value }, indent).trimStart(),
      }
  }
  for (const key of Object.keys(before)) {
    const pair = pairOf(key)
    if (after[key] === undefined && pair !== undefined) yield removal(text, map, pair)
  }
  const last = map.items.at(-1)
  if (added.length === 0) return
  if (last === undefined) throw new Unknown()
  const at = endOfLine(text, endOf(text, last))
  yield { start: at, end: at, text: added.join('') }
}

/** Whether the value can be changed where it stands, and need not be written anew. */
function isStepInto({ value }: Pair, before: unknown, after: unknown): boolean {
  if (isMap(value)) return isFields(after) && value.items.length > 0
  if (isSeq(value)) return Array.isArray(after) && (isFlow(value) || (before as []).length === after.length)
  return (
    isScalar(value) &&
    value.range !== undefined &&
    !isFields(after) &&
    !Array.isArray(after) &&
    before !== null
  )
}

function removal(text: string, map: YAMLMap, pair: Pair): Edit {
  const start = lineStart(text, rangeOf(pair.key)[0])
  const isAlone = text.slice(start, rangeOf(pair.key)[0]).trim() === '' && map.items.length > 1
  if (!isAlone) throw new Unknown()
  return { start, end: Math.min(text.length, endOfLine(text, endOf(text, pair)) + 1), text: '' }
}

/** Behind the last character of a pair that is neither blank nor a comment's. */
function endOf(text: string, { key, value }: Pair): number {
  const node = value as { readonly range?: readonly number[] | null } | null
  const [, end] = node?.range ? rangeOf(node) : rangeOf(key)
  return text.slice(0, end).trimEnd().length
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

function endOfLine(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset)
  return feed < 0 ? text.length : feed
}

function columnOf(text: string, map: YAMLMap): number {
  const [start] = rangeOf(map.items[0]?.key)
  return start - lineStart(text, start)
}

/** As YAML 1.1 reads it: `yes` is in quotes. */
const OPTIONS = { lineWidth: 0, version: '1.1' } as const

const flowText = (value: unknown): string =>
  stringify(value, { ...OPTIONS, collectionStyle: 'flow' }).trimEnd()

const blockText = (value: unknown, indent: string): string =>
  stringify(value, OPTIONS)
    .trimEnd()
    .split('\n')
    .map((line) => indent + line)
    .join('\n')
