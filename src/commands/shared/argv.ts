import { UserError } from '../../model/errors.ts'

/** What this file needs to know of an oclif flag. */
interface FlagDefinition {
  readonly type: 'boolean' | 'option'
  readonly char?: string
  readonly allowNo?: boolean
}

/** Source: Go strconv.ParseBool. */
const TRUE = /^(1|t|T|true|TRUE|True)$/
const FALSE = /^(0|f|F|false|FALSE|False)$/

/**
 * Rewrites `--flag=true` and `--flag=false` of boolean flags, which kubectl understands and oclif does not, also of `-A`
 * and `--no-flag`: the first becomes the flag, the second goes. Everything after `--` stays as it is.
 * @throws UserError for another value
 */
export function withoutBooleanValues(
  argv: readonly string[],
  flags: Readonly<Record<string, FlagDefinition>>,
): readonly string[] {
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

/** What says the opposite of a boolean flag: nothing, or the flag without its `no-`. Undefined for any other word. */
function booleanFlag(
  word: string,
  flags: Readonly<Record<string, FlagDefinition>>,
): readonly string[] | undefined {
  const name = word.slice(2)
  const definition = word.startsWith('--')
    ? own(flags, name)
    : Object.values(flags).find(({ char }) => char === word.slice(1))
  if (definition !== undefined) return definition.type === 'boolean' ? [] : undefined
  const positive = name.startsWith('no-') ? own(flags, name.slice('no-'.length)) : undefined
  return positive?.allowNo === true ? [`--${name.slice('no-'.length)}`] : undefined
}

const own = (flags: Readonly<Record<string, FlagDefinition>>, name: string): FlagDefinition | undefined =>
  Object.hasOwn(flags, name) ? flags[name] : undefined
