/**
 * Something the user can mend: bad usage, unreadable input, no access. The message is one sentence that names the
 * place; `hint` says what to do next. Always exit code 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly hint?: string

  constructor(message: string, hint?: string) {
    super(message)
    if (hint !== undefined) this.hint = hint
  }
}
