import {
  type ErrorCode,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type ScalarTag,
  type Tags,
  type YAMLParseError,
} from 'yaml'
import { UserError } from '../../model/errors.ts'
import type { LocatedValue, ParsedDocument } from './document.ts'

/** Text out of an input, and the line it begins on. */
interface Block {
  readonly text: string
  readonly line: number
}

/** From here on a List is parsed item by item: the parser needs about 80 times the memory of its text. */
const LARGE = 256 * 1024

/**
 * The documents of a YAML text, empty ones left out; `line` is that of its beginning in the input.
 * @throws UserError `NAME:LINE: reason`
 */
export function* yamlDocuments(name: string, text: string, line: number): Generator<ParsedDocument> {
  for (const block of documentBlocks({ text, line })) {
    const list = block.text.length < LARGE ? undefined : itemBlocks(block)
    const [head, ...more] = list === undefined ? [] : parsedOrNone(list.head)
    if (list === undefined || head === undefined || more.length > 0) yield* parsed(name, block)
    else yield { ...head, items: items(name, block, list.items) }
  }
}

/** `---` at the start of a line always begins a document, even within a text. */
function* documentBlocks({ text, line }: Block): Generator<Block> {
  let [start, startLine] = [0, line]
  // Directives (`%YAML`) stand before the marker of their own document.
  const marks = /^%/m.test(text) ? [] : [...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index)
  for (const mark of [...marks.filter((index) => index > 0), text.length]) {
    const block = text.slice(start, mark)
    yield { text: block, line: startLine }
    ;[start, startLine] = [mark, startLine + lineBreaks(block)]
  }
}

const lineBreaks = (text: string): number => text.split('\n').length - 1

/**
 * Cuts a List as kubectl prints it: what stands around `items`, and each item as a mapping of its own. An item ends
 * where the next dash of the same depth, or a key of the List, begins. Undefined for any other document.
 */
function itemBlocks({ text, line }: Block): { head: Block; items: readonly Block[] } | undefined {
  const opening = /^items:[ \t]*\r?\n( *)- /m.exec(text)
  if (opening === null) return undefined
  const [indent = ''] = [opening[1]]
  const begin = text.indexOf('\n', opening.index) + 1
  const closing = new RegExp(`^ {0,${indent.length}}[^ \\n\\r#-]`, 'm').exec(text.slice(begin))
  const end = closing === null ? text.length : begin + closing.index
  const body = text.slice(begin, end)
  const starts = [...body.matchAll(new RegExp(`^${indent}-(?= )`, 'gm'))].map(({ index }) => index)
  let [at, atLine] = [0, line + lineBreaks(text.slice(0, begin))]
  const items = starts.map((start, index): Block => {
    atLine += lineBreaks(body.slice(at, start))
    at = start
    const item = body.slice(start, starts[index + 1])
    return { text: `${indent} ${item.slice(indent.length + 1)}`, line: atLine }
  })
  return { head: { text: text.slice(0, opening.index) + text.slice(end), line }, items }
}

/** What only makes sense as a whole (aliases between items) is parsed as a whole. */
function* items(name: string, whole: Block, blocks: readonly Block[]): Generator<LocatedValue> {
  for (const [index, block] of blocks.entries()) {
    const [item, ...more] = parsedOrNone(block)
    if (item !== undefined && more.length === 0) {
      yield item
      continue
    }
    for (const document of parsed(name, whole)) yield* [...(document.items ?? [])].slice(index)
    return
  }
}

function parsedOrNone(block: Block): readonly ParsedDocument[] {
  try {
    return [...parsed('', block)]
  } catch {
    return []
  }
}

/** Source: goyaml resolve.go yamlStyleFloat. The parser's own takes `e1` and `.` for numbers. */
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

/** kubectl reads YAML 1.1 (`0644` is octal, `yes` is true), but without its times and base-60 numbers. */
const kubernetesTags = (tags: Tags): Tags =>
  tags.flatMap((tag): Tags => {
    if (typeof tag === 'string') return [tag]
    if (tag.format === 'TIME' || tag.tag.endsWith(':timestamp')) return []
    const isNumber = tag.tag === 'tag:yaml.org,2002:float' && 'test' in tag && !tag.test?.test('.nan')
    return [isNumber ? ({ ...tag, test: FLOAT } as ScalarTag) : tag]
  })

const OPTIONS = {
  version: '1.1',
  customTags: kubernetesTags,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const

function* parsed(name: string, { text, line: firstLine }: Block): Generator<ParsedDocument> {
  const lineCounter = new LineCounter()
  const lineAt = (offset: number) => firstLine - 1 + lineCounter.linePos(offset).line
  for (const document of parseAllDocuments(text, { ...OPTIONS, lineCounter })) {
    const error = document.errors[0]
    if (error !== undefined) throw badYaml(name, text, lineAt(error.pos[0]), slipOf(error) ?? error.message)
    if (document.contents === null) continue
    const line = lineAt(document.contents.range?.[0] ?? 0)
    let value: unknown
    try {
      value = document.toJS()
    } catch (error) {
      throw badYaml(name, text, line, (error as Error).message)
    }
    if (value === null || value === undefined) continue
    const { items, ...rest } = value as { items?: unknown }
    if (!Array.isArray(items)) {
      yield { value, line }
      continue
    }
    const nodes = document.getIn(['items']) as
      | { items?: readonly { range?: readonly number[] }[] }
      | undefined
    const located = items.map((item: unknown, index) => ({
      value: item,
      line: lineAt(nodes?.items?.[index]?.range?.[0] ?? 0),
    }))
    yield { value: rest, line, items: located }
  }
}

/** The line of every field of one object, by its path: `spec.containers[0].image`. */
export type FieldLines = ReadonlyMap<string, number>

/**
 * The lines of the fields of all objects of a YAML text, by the line on which the object begins, as
 * {@link yamlDocuments} counts it. Nothing for a text that is no YAML.
 */
export function yamlFieldLines(text: string): ReadonlyMap<number, FieldLines> {
  const objects = new Map<number, FieldLines>()
  const { documents, lineAt } = parsedNodes(text)
  for (const node of documents.flatMap(({ nodes }) => nodes))
    objects.set(lineAt(node), new Map(fieldsOf(node, '', lineAt)))
  return objects
}

/** An object of a YAML text: a document, or an item of a List. */
interface YamlObject {
  readonly node: unknown
  readonly value: unknown
  /** As {@link yamlDocuments} counts it. */
  readonly line: number
}

/**
 * The objects of a text in their order; nothing for a text that is no YAML.
 * @throws ReferenceError for aliases that make too much of it
 */
export function yamlObjects(text: string): readonly YamlObject[] {
  const { documents, lineAt } = parsedNodes(text)
  return documents.flatMap(({ document, items, nodes }) => {
    const value: unknown = document.errors.length > 0 ? undefined : document.toJS()
    const values = items
      ? ((value as { readonly items?: readonly unknown[] } | undefined)?.items ?? [])
      : [value]
    return nodes.map((node, index) => ({ node, value: values[index], line: lineAt(node) }))
  })
}

/** The node of each object, without its value, which costs as much again. */
function parsedNodes(text: string) {
  const lineCounter = new LineCounter()
  const lineAt = (node: unknown) =>
    lineCounter.linePos((node as { range?: readonly number[] } | null)?.range?.[0] ?? 0).line
  const documents = parseAllDocuments(text, { ...OPTIONS, lineCounter })
  return {
    lineAt,
    documents: (Array.isArray(documents) ? documents : []).map((document) => {
      const { contents } = document
      const list: unknown = isMap(contents) ? contents.get('items') : undefined
      const items = isSeq(list)
      return { document, items, nodes: items ? list.items : [contents] }
    }),
  }
}

function* fieldsOf(
  node: unknown,
  path: string,
  lineAt: (node: unknown) => number,
): Generator<readonly [string, number]> {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue
      const below = path === '' ? `${key.value}` : `${path}.${key.value}`
      yield [below, lineAt(key)]
      yield* fieldsOf(value, below, lineAt)
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      yield [`${path}[${index}]`, lineAt(item)]
      yield* fieldsOf(item, `${path}[${index}]`, lineAt)
    }
  }
}

/** The parser's codes of the slips that people make most, in words that say what to look for. */
const SLIPS: { readonly [Code in ErrorCode]?: string } = {
  BAD_INDENT: 'the line is indented differently from the lines that it belongs to',
  BLOCK_AS_IMPLICIT_KEY:
    'a mapping begins within a value: the line is indented too far, or a text with a colon needs quotes',
  TAB_AS_INDENT: 'the line is indented with a tab, and YAML takes spaces only',
}

/** A bracket that is not closed has the code of a wrong indentation, and is told in the words of the parser. */
const slipOf = ({ code, message }: YAMLParseError): string | undefined =>
  code === 'BAD_INDENT' && message.startsWith('Flow') ? undefined : SLIPS[code]

function badYaml(name: string, text: string, line: number, reason: string): UserError {
  const isTab = reason === SLIPS.TAB_AS_INDENT
  const hint = /\{\{.*\}\}/.test(text)
    ? 'It looks like a template: render it first, for example with "helm template".'
    : isTab
      ? 'Write spaces in its place.'
      : 'Mend the YAML, or give the objects as JSON.'
  // The parser walks down level by level, and says no more than that it came to its end.
  const sentence = /^Maximum call stack/.test(reason)
    ? 'it is nested too deeply'
    : (reason.split('\n')[0] ?? '')
  return new UserError(`${name}:${line}: ${sentence}`, hint)
}
