/** What a POSIX shell does between two commands. */
type Operator = ';' | '&&' | '||' | '|'

interface Step {
  /** What stands before the command; the first has `;`. */
  readonly operator: Operator
  readonly words: readonly string[]
}

/** The script that a command gives to a shell with `-c`; undefined where it starts something else. */
export function shellScript(command: readonly string[]): string | undefined {
  const [shell = '', ...rest] = command
  if (!/^(.*\/)?(ba|da|a|z|k)?sh$/.test(shell)) return undefined
  const option = rest.findIndex((word) => /^-[a-z]*c$/.test(word))
  const before = option < 0 ? [] : rest.slice(0, option + 1)
  // `bash -ec` and `bash -o pipefail -c` change what failure means: such options stay in front of the script.
  return option < 0
    ? undefined
    : [...before.filter((word) => !/^-[lix]*c$/.test(word)), rest[option + 1] ?? ''].join(' ')
}

/** Anything that may end the script early, or that only a real shell understands. */
const TOO_HARD = new RegExp(
  [
    /^\s*-/,
    /\bset\s+[-+]/,
    /errexit|pipefail/,
    /\b(trap|exec|return|kill|if|for|while|until|case|function)\b/,
    /\bexit\s+(["'$]|[^0\s;|&])/,
    /\bexit\s*($|[;|&\n)}])/,
    /[`(){}]|<</,
  ]
    .map(({ source }) => source)
    .join('|'),
)

const ALWAYS_SUCCEEDS = /^(true|:|echo|printf)$/
/** These end well whatever they read; `grep` and `test` do not, `awk` may say `exit 1` and `sed` `q1`. */
const FILTERS = /^(cat|tee|head|tail|tr|cut|uniq|wc|sed|awk)$/

/**
 * Why a shell script ends with 0 whatever its commands find out, in a few words. Undefined where it can fail, and where
 * that is not certain.
 */
export function cannotFail(script: string): string | undefined {
  if (TOO_HARD.test(withoutStrings(script))) return undefined
  const steps = stepsOf(script)
  const last = steps.at(-1)
  if (last === undefined) return undefined
  const [name = ''] = last.words
  const text = last.words.join(' ')
  const succeeds = ALWAYS_SUCCEEDS.test(name) || /^exit 0$/.test(text)
  const filters = FILTERS.test(name) && last.operator === '|' && !/\bexit\b|[qQ]\s*[1-9]/.test(text)
  if (!succeeds && !filters) return undefined
  // `a && b | cat` fails where a fails: what stands before the whole pipeline decides.
  const start = steps.findLast(({ operator }) => operator !== '|')
  if (start === undefined || start.operator === '&&') return undefined
  if (last.operator === '|') return `its exit code is that of ${name} at the end of the pipe`
  if (last.operator === '||') return `"|| ${text}" turns every failure into success`
  return steps.length === 1 ? `${name} always succeeds` : `its exit code is that of "${text}" at the end`
}

/** The text with the content of quoted strings left out. */
const withoutStrings = (script: string): string =>
  script.replace(/'[^']*'/g, "''").replace(/"(?:[^"\\]|\\.)*"/g, (quoted) =>
    // Double quotes still substitute commands, which may hold anything.
    /[`]|\$\(/.test(quoted) ? quoted : '""',
  )

function stepsOf(script: string): readonly Step[] {
  const tokens = script.match(/'[^']*'|"(?:[^"\\]|\\.)*"|\\.|&&|\|\||[;|&\n]|[^\s;|&'"\\]+|[ \t]+/g) ?? []
  const steps: { operator: Operator; words: string[] }[] = [{ operator: ';', words: [] }]
  let glued = false
  for (const token of tokens) {
    const current = steps.at(-1)
    if (current === undefined) break
    if (/^(&&|\|\||[;|&\n])$/.test(token)) {
      steps.push({ operator: token === '\n' || token === '&' ? ';' : (token as Operator), words: [] })
      glued = false
    } else if (/^[ \t]+$/.test(token)) glued = false
    else {
      if (glued) current.words.push(`${current.words.pop() ?? ''}${token}`)
      else current.words.push(token)
      glued = true
    }
  }
  const filled = steps.filter(({ words }) => words.length > 0)
  // `2>&1` looks like a command in the background.
  return /[<>]&/.test(script) ? stepsOf(script.replace(/\d*[<>]&\d*-?/g, ' ')) : filled
}
