import { rfc3339 } from '../../model/text/time.ts'
import type { Line } from './lines.ts'

/** A line of a describe with what stands below it, further to the right. */
export interface Branch {
  /** Before the first colon; the whole line where it has none. */
  readonly key: string
  /** After it, '' where there is nothing. `<none>`, `<unset>` and `<unknown>` count as nothing. */
  readonly value: string
  readonly text: string
  readonly children: readonly Branch[]
}

/** The lines as a tree, by their indentation. */
export function parseTree(lines: readonly Line[]): readonly Branch[] {
  const top: Branch[] = []
  const open: { readonly indent: number; readonly children: Branch[] }[] = [{ indent: -1, children: top }]
  for (const { indent, text } of lines) {
    if (text === '') continue
    while (open.length > 1 && (open.at(-1)?.indent ?? 0) >= indent) open.pop()
    const children: Branch[] = []
    open.at(-1)?.children.push({ ...keyed(text), text, children })
    open.push({ indent, children })
  }
  return top
}

/** `Restart Count:  3`. The key ends at the first colon that a space or the end follows. */
function keyed(text: string): { readonly key: string; readonly value: string } {
  const [, key = text, value = ''] = /^(.*?):(?:\s+(.*))?$/.exec(text) ?? []
  return { key, value: /^<(none|unset|unknown)>$/.test(value) ? '' : value }
}

/** The first branch with this key. */
export const branch = (branches: readonly Branch[], key: string): Branch | undefined =>
  branches.find((one) => one.key === key)

/** The value of a key; undefined where it is not there or says nothing. */
export const valueAt = (branches: readonly Branch[], key: string): string | undefined =>
  branch(branches, key)?.value || undefined

/** `{field: value}` where the text has the value, else nothing. */
export const field = (name: string, value: unknown): Readonly<Record<string, unknown>> =>
  value === undefined ? {} : { [name]: value }

/** A number at the beginning of a value: of `3`, `30s`, `2 desired`. */
export const numberOf = (text: string | undefined): number | undefined => {
  const digits = /^-?\d+/.exec(text ?? '')?.[0]
  return digits === undefined ? undefined : Number(digits)
}

/** RFC 3339 of `Sat, 21 Nov 2026 02:30:46 +0000`; undefined for Go's zero time and for nonsense. */
export function timeOf(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) || at <= 0 ? undefined : rfc3339(at)
}

/** `app=web` lines: the first stands beside the key, the others below it. */
export const pairsOf = (branches: readonly Branch[], key: string): Readonly<Record<string, string>> => {
  const own = branch(branches, key)
  const lines = own === undefined ? [] : [own.value, ...own.children.map(({ text }) => text)]
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf('=')
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : []
    }),
  )
}
