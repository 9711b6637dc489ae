import { isUtf8 } from 'node:buffer'
import { UserError } from '../../model/errors.ts'
import type { ContainerLog } from '../../model/snapshot/snapshot.ts'
import { looksLikeKubectlText } from '../describe/parse.ts'
import type { LocatedValue, ParsedDocument } from './document.ts'
import { LOG_START, logBlocks } from './dumped-logs.ts'
import { jsonError, jsonSpan, type Span, skeletonText } from './json.ts'
import { yamlDocuments } from './yaml.ts'

/**
 * A part of an input: a document, a log that `kubectl cluster-info dump` printed between the documents, or text that
 * kubectl printed for people.
 */
export type InputPart =
  | { readonly document: ParsedDocument }
  | { readonly log: ContainerLog }
  | { readonly kubectlText: string }

/** One file or standard input. `name` is what messages and origins call it. */
export interface InputFile {
  readonly name: string
  readonly bytes: Buffer
}

/**
 * The documents and logs of one input, in order: JSON (also several documents one after the other), YAML (any
 * number of documents; empty ones are left out), and what `kubectl cluster-info dump` prints.
 * @throws UserError `NAME:LINE: reason` for anything that does not parse
 */
export function* parseInput({ name, bytes: raw }: InputFile): Generator<InputPart> {
  const bytes = asUtf8(name, raw)
  const kubectlText = kubectlTextIn(bytes)
  if (kubectlText !== undefined) {
    yield { kubectlText }
    return
  }
  const lineOf = lineFinder(bytes)
  let at = 0
  for (const { start, end, log } of logBlocks(bytes)) {
    for (const document of documents(name, bytes, [at, start], lineOf)) yield { document }
    if (log !== undefined) yield { log }
    at = end
  }
  for (const document of documents(name, bytes, [at, bytes.length], lineOf)) yield { document }
}

/** Text for people is neither JSON nor YAML, though much of it looks like YAML. */
function kubectlTextIn(bytes: Buffer): string | undefined {
  const first = skipSpace(bytes, 0, bytes.length)
  const isColoured = bytes[first - 1] === 0x1b
  const looksLikeJson = bytes[first] === 0x7b || (bytes[first] === 0x5b && !isColoured)
  if (looksLikeJson || bytes.includes(LOG_START)) return undefined
  const text = bytes.toString('utf8', 0, Math.min(bytes.length, MOST_TEXT))
  return looksLikeKubectlText(text) ? text : undefined
}

/** Nobody copies more out of a terminal. */
const MOST_TEXT = 128 * 1024 * 1024

/** The bytes as UTF-8 without a byte order mark. Windows PowerShell writes `>` as UTF-16. */
function asUtf8(name: string, bytes: Buffer): Buffer {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(bytes.subarray(2).toString('utf16le'))
  if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0)
    return Buffer.from(Buffer.from(bytes.subarray(2)).swap16().toString('utf16le'))
  if (!isUtf8(bytes) || bytes.includes(0))
    throw new UserError(
      `${name} is not text`,
      'Give JSON or YAML, as "kubectl get -o json" prints it; it may be compressed with gzip.',
    )
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

/**
 * A function from byte offset to line. Offsets mostly grow, so it counts on from where it last was, and remembers where
 * the next line begins: in a file of one line, each search would go through all of it.
 */
function lineFinder(bytes: Buffer): (offset: number) => number {
  const feedAfter = (from: number): number => {
    const feed = bytes.indexOf(0x0a, from)
    return feed < 0 ? bytes.length : feed
  }
  let [at, line, feed] = [0, 1, feedAfter(0)]
  return (offset) => {
    if (offset < at) [at, line, feed] = [0, 1, feedAfter(0)]
    while (feed < offset) {
      at = feed + 1
      line++
      feed = feedAfter(at)
    }
    return line
  }
}

type LineOf = (offset: number) => number

function* documents(name: string, bytes: Buffer, span: Span, lineOf: LineOf): Generator<ParsedDocument> {
  const first = skipSpace(bytes, span[0], span[1])
  if (first === span[1]) return
  const begin = bytes[first]
  const looksLikeJson = begin === 0x7b || begin === 0x5b
  // A YAML document may begin with a brace, too; only its name tells.
  if (looksLikeJson && !(/\.ya?ml(\.gz)?$/.test(name) && !isJson(bytes, span)))
    yield* jsonDocuments(name, bytes, span, lineOf)
  else yield* yamlDocuments(name, bytes.toString('utf8', span[0], span[1]), lineOf(span[0]))
}

function isJson(bytes: Buffer, [start, end]: Span): boolean {
  try {
    JSON.parse(bytes.toString('utf8', start, end))
    return true
  } catch {
    return false
  }
}

function skipSpace(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && (bytes[at] ?? 0) <= 0x20) at++
  return at
}

function* jsonDocuments(
  name: string,
  bytes: Buffer,
  [from, end]: Span,
  lineOf: LineOf,
): Generator<ParsedDocument> {
  let at = skipSpace(bytes, from, end)
  while (at < end) {
    const whole = jsonSpan(bytes.subarray(0, end), at)
    if (whole === undefined || (bytes[at] !== 0x7b && bytes[at] !== 0x5b))
      throw badJson(name, bytes, [at, end], lineOf)
    let value: unknown
    try {
      value = JSON.parse(skeletonText(bytes, whole))
    } catch {
      throw badJson(name, bytes, whole.span, lineOf)
    }
    const line = lineOf(at)
    if (whole.items === undefined) yield { value, line }
    else {
      const { items: holders, ...rest } = value as { items: unknown[] }
      yield { value: rest, line, items: jsonItems(name, bytes, holders, whole.items, lineOf) }
    }
    at = skipSpace(bytes, whole.span[1], end)
    // A YAML stream whose documents happen to be JSON.
    if (bytes.toString('latin1', at, at + 3) === '---') at = skipSpace(bytes, at + 3, end)
  }
}

/** `holders` has a `0` for each of `spans` ({@link skeletonText}), and as they are whatever else stood in the list. */
function* jsonItems(
  name: string,
  bytes: Buffer,
  holders: readonly unknown[],
  spans: readonly Span[],
  lineOf: LineOf,
): Generator<LocatedValue> {
  let next = 0
  for (const holder of holders) {
    const span = holder === 0 ? spans[next++] : undefined
    if (span === undefined) {
      yield { value: holder, line: lineOf(spans[Math.max(0, next - 1)]?.[0] ?? 0) }
      continue
    }
    let value: unknown
    try {
      value = JSON.parse(bytes.toString('utf8', span[0], span[1]))
    } catch {
      throw badJson(name, bytes, span, lineOf)
    }
    yield { value, line: lineOf(span[0]) }
  }
}

function badJson(name: string, bytes: Buffer, [start, end]: Span, lineOf: LineOf): UserError {
  // Longer than this the line is not worth the memory; a text of more than 512 MiB does not even exist.
  const text = bytes.toString('utf8', start, Math.min(end, start + 256 * 1024 * 1024))
  const { offset, reason } = jsonError(text) ?? { offset: 0, reason: 'it is not valid JSON' }
  const line = lineOf(start + Buffer.byteLength(text.slice(0, offset)))
  return new UserError(
    `${name}:${line}: ${reason}`,
    'The file is cut off or is not the JSON kubectl printed.',
  )
}
