/** A value of an input and the line it begins on, counted from 1. */
export interface LocatedValue {
  readonly value: unknown
  readonly line: number
}

/** One document. Its top-level `items`, if any, are not in `value`: they are parsed while they are walked. */
export interface ParsedDocument extends LocatedValue {
  readonly items?: Iterable<LocatedValue>
}
