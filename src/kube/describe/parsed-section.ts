import { isWideRow, type PrintedEvent, parseDescribeRow, parseTableRow } from './events.ts'
import type { DescribedObject } from './objects.ts'
import type { Section } from './sections.ts'
import { subjectOf } from './subject.ts'
import { type Branch, parseTree, valueAt } from './tree.ts'

/** One described object with its events, or the events of a table. */
export interface ParsedSection {
  readonly type: Section['type']
  /** Undefined for a table. */
  readonly subject: DescribedObject | undefined
  /** The describe without its events. */
  readonly tree: readonly Branch[]
  readonly events: readonly PrintedEvent[]
}

/** Reads a section by its type. */
export const parseSection = (section: Section): ParsedSection =>
  section.type === 'table' ? parseTable(section) : parseDescribe(section)

function parseTable({ command, body, rows, type, heading }: Section): ParsedSection {
  const wide = heading === undefined ? rows.some(isWideRow) : /\bSUBOBJECT\b/.test(heading)
  // Only `kubectl events` says how often: one of its rows without a count is one event.
  const counted = rows.some((text) => / \(x\d+ over /.test(text))
  const events = rows.flatMap((text) => parseTableRow(text, wide, counted) ?? [])
  return {
    type,
    subject: undefined,
    tree: parseTree(body),
    events: events.map((event) => withNamespace(event, command?.namespace)),
  }
}

function parseDescribe(section: Section): ParsedSection {
  const { body, rows, type } = section
  const tree = parseTree(body)
  const subject = subjectOf(section, tree)
  const host = subject.kind === 'Pod' ? valueAt(tree, 'Node')?.split('/')[0] : undefined
  const regarding = host === undefined ? subject : { ...subject, host }
  return { type, subject, tree, events: rows.flatMap((text) => parseDescribeRow(text, regarding) ?? []) }
}

/** With this namespace, where the text names none and the kind has one. */
export const withNamespace = <T extends { readonly kind: string; readonly namespace?: string }>(
  one: T,
  namespace: string | undefined,
): T =>
  one.namespace !== undefined || one.kind === 'Node' || namespace === undefined ? one : { ...one, namespace }
