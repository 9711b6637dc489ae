/** One argument of a POSIX shell, quoted only where it must be. zsh takes a word that begins with `=` for a command. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** A command line that a POSIX shell splits into exactly these arguments. */
export const shellCommand = (argv: readonly string[]): string => argv.map(shellWord).join(' ')
