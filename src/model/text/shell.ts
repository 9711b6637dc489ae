/** One argument of a POSIX shell, quoted only where it must be. zsh takes a word that begins with `=` for a command. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** A command line that a POSIX shell splits into exactly these arguments. */
export const shellCommand = (argv: readonly string[]): string => argv.map(shellWord).join(' ')

/** A command, and what it reads from standard input. */
export interface ShellStep {
  readonly argv: readonly string[]
  readonly input?: string
}

/** A step as a person types it. */
export const shellStep = ({ argv, input }: ShellStep): string =>
  input === undefined
    ? shellCommand(argv)
    : `${shellCommand(['printf', '%s', input])} | ${shellCommand(argv)}`
