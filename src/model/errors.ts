/**
 * Something the user can mend: bad usage, unreadable input, no access. The sentence names the place; `hint` says what
 * to do next. Always exit code 2.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError'
  /** The message as it was given: oclif writes around `message` when a flag's parser throws. */
  readonly sentence: string
  readonly hint?: string

  constructor(sentence: string, hint?: string) {
    super(sentence)
    this.sentence = sentence
    if (hint !== undefined) this.hint = hint
  }
}

/** The API server refuses, or cannot be reached: a sentence of kubectl that stands alone, without `error: ` before it. */
export class ServerError extends UserError {
  override readonly name = 'ServerError'
}
