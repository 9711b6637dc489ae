/**
 * The words of commands as a POSIX shell would split them, for lines that use nothing but plain words, single quotes,
 * `\'`, `$'...'` never, and `&&` or `|` between commands. Undefined for everything else: it could do something that
 * nobody meant.
 */
export function commandsIn(line: string): readonly (readonly string[])[] | undefined {
  const commands: string[][] = [[]]
  let at = 0
  while (at < line.length) {
    const rest = line.slice(at)
    const [space] = /^ +/.exec(rest) ?? []
    const [joint] = /^(&&|\|)(?= )/.exec(rest) ?? []
    const [word] = /^(?:[A-Za-z0-9_@%+=:,./-]|'[^']*'|\\')+/.exec(rest) ?? []
    if (joint !== undefined) commands.push([])
    else if (word !== undefined) commands.at(-1)?.push(unquoted(word))
    else if (space === undefined) return undefined
    at += (space ?? joint ?? word ?? '').length
  }
  return commands
}

const unquoted = (word: string): string =>
  word.replace(/'([^']*)'|\\'/g, (match, inside: string | undefined) =>
    match === "\\'" ? "'" : (inside ?? ''),
  )
