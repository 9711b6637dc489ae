/** What the API server answers to the list of one kind: its body as it is sent. */
export type Served = Readonly<Record<string, string>>

/**
 * One run of a command. `$DIR` in an argument is the folder of `files`, `$SERVER` the address of a server that
 * answers with `served`. Names of files are relative to the folder.
 */
export interface FuzzCase {
  readonly argv: readonly string[]
  readonly files: Readonly<Record<string, string>>
  readonly served?: Served
  /** The same with evidence taken away: the verdict of its drain may not be better. */
  readonly weaker?: { readonly files: Readonly<Record<string, string>>; readonly served?: Served }
}

/** Which promise was broken. */
export type Oracle =
  | 'crash'
  | 'hang'
  | 'memory'
  | 'exit-code'
  | 'raw-character'
  | 'not-parsable'
  | 'unsafe-command'
  | 'not-repeatable'
  | 'better-verdict'

/** A broken promise, and what was seen of it. */
export interface Complaint {
  readonly oracle: Oracle
  readonly detail: string
}
