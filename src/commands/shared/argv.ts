import { UserError } from '../../model/errors.ts'

/** What this file needs to know of an oclif flag. */
interface FlagDefinition {
  readonly type: 'boolean' | 'option'
  readonly char?: string
  readonly allowNo?: boolean
  readonly multiple?: boolean
}

type Definitions = Readonly<Record<string, FlagDefinition>>

/** Source: Go strconv.ParseBool. */
const TRUE = /^(1|t|T|true|TRUE|True)$/
const FALSE = /^(0|f|F|false|FALSE|False)$/

/**
 * Rewrites `--flag=true` and `--flag=false` of boolean flags, which kubectl understands and oclif does not, also of `-A`
 * and `--no-flag`: the first becomes the flag, the second goes. Everything after `--` stays as it is.
 * @throws UserError for another value
 */
export function withoutBooleanValues(argv: readonly string[], flags: Definitions): readonly string[] {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  const kept = own.flatMap((word) => {
    const [, flag = '', value = ''] = /^(--[a-z-]+|-[A-Za-z])=(.*)$/s.exec(word) ?? []
    const opposite = booleanFlag(flag, flags)
    if (opposite === undefined) return [word]
    if (TRUE.test(value)) return [flag]
    if (FALSE.test(value)) return opposite
    throw new UserError(`invalid argument "${value}" for ${flag}: it takes no value but true and false`)
  })
  return end === -1 ? kept : [...kept, ...argv.slice(end)]
}

/**
 * Of a flag that takes one value the last, as kubectl does, so that an alias can name a default: the others go. Everything
 * after `--` stays as it is.
 */
export function lastValues(argv: readonly string[], flags: Definitions): readonly string[] {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  const parts: { readonly flag: string | undefined; readonly words: readonly string[] }[] = []
  for (let at = 0; at < own.length; at++) {
    const word = own[at] ?? ''
    const found = singleValued(word, flags)
    const words = found?.takesNext === true ? own.slice(at, at + 2) : [word]
    parts.push({ flag: found?.flag, words })
    at += words.length - 1
  }
  const isLast = new Map(parts.map(({ flag }, index) => [flag, index]))
  const kept = parts.filter(({ flag }, index) => flag === undefined || isLast.get(flag) === index)
  return [...kept.flatMap(({ words }) => words), ...(end === -1 ? [] : argv.slice(end))]
}

/** The flag that a word gives a value, or lets the next word give one; undefined for a flag that may come several times. */
function singleValued(
  word: string,
  flags: Definitions,
): { readonly flag: string; readonly takesNext: boolean } | undefined {
  const [, long, short, value = ''] = /^(?:--([a-z-]+)|-([A-Za-z]))(.*)$/s.exec(word) ?? []
  const [flag, definition] =
    Object.entries(flags).find(([name, { char }]) =>
      short === undefined ? name === long : char === short,
    ) ?? []
  if (flag === undefined || definition?.type !== 'option' || definition.multiple === true) return undefined
  return { flag, takesNext: value === '' }
}

/** What says the opposite of a boolean flag: nothing, or the flag without its `no-`. Undefined for any other word. */
function booleanFlag(word: string, flags: Definitions): readonly string[] | undefined {
  const name = word.slice(2)
  const definition = word.startsWith('--')
    ? own(flags, name)
    : Object.values(flags).find(({ char }) => char === word.slice(1))
  if (definition !== undefined) return definition.type === 'boolean' ? [] : undefined
  const positive = name.startsWith('no-') ? own(flags, name.slice('no-'.length)) : undefined
  return positive?.allowNo === true ? [`--${name.slice('no-'.length)}`] : undefined
}

const own = (flags: Definitions, name: string): FlagDefinition | undefined =>
  Object.hasOwn(flags, name) ? flags[name] : undefined
