import { Flags } from '@oclif/core'
import { UserError } from '../../model/errors.ts'
import { parseSelector, type Requirement } from '../../model/kubernetes/selector.ts'
import type { Severity } from '../../model/report/finding.ts'
import { nearest } from '../../model/text/nearest.ts'
import { millis, parseDuration, rfc3339 } from '../../model/text/time.ts'
import { OUTPUT_FORMATS } from './output.ts'

/** A Go duration (`30s`, `1h30m`) or bare seconds, as kubectl takes them; the value is in seconds. */
export const durationFlag = Flags.custom<number>({
  helpValue: 'DURATION',
  parse: async (input, _context, { name }) => {
    const seconds = parseDuration(input)
    if (seconds === undefined)
      throw new UserError(
        `invalid argument "${input}" for --${name}: not a duration`,
        'Write it as 30s, 5m or 1h30m.',
      )
    return seconds
  },
})

/** A Go duration, as kubectl's own flags take it: a number has a unit, unless it is 0; the value is in seconds. */
export const goDurationFlag = Flags.custom<number>({
  helpValue: 'DURATION',
  parse: async (input, _context, { name }) => {
    const seconds = parseDuration(input)
    const isBare = seconds !== undefined && seconds > 0 && /^\d+$/.test(input)
    if (seconds === undefined || isBare)
      throw new UserError(
        `invalid argument "${input}" for --${name}: ${isBare ? `missing unit in duration "${input}"` : 'not a duration'}`,
        isBare ? `Write it as ${input}s or ${input}m.` : 'Write it as 30s, 5m or 1h30m.',
      )
    return seconds
  },
})

/** A whole number, as Go's flag parser takes it. */
export const integerFlag = Flags.custom<number>({
  helpValue: 'N',
  parse: async (input, _context, { name }) => {
    if (!/^[+-]?\d+$/.test(input))
      throw new UserError(`invalid argument "${input}" for --${name}: not a whole number`)
    return Number(input)
  },
})

/** A label selector; the value is its requirements. */
export const selectorFlag = Flags.custom<readonly Requirement[]>({
  helpValue: 'SELECTOR',
  parse: async (input, _context, { name }) => {
    try {
      return parseSelector(input)
    } catch (error) {
      throw new UserError(
        `--${name} is not a valid label selector: ${(error as Error).message}`,
        "For example: -l 'app=web,tier in (front,back),!canary'.",
      )
    }
  },
})

/** An RFC 3339 time; the value is the same instant in UTC, to the second. */
export const timeFlag = Flags.custom<string>({
  helpValue: 'TIME',
  parse: async (input, _context, { name }) => {
    const at = /^\d{4}-\d{2}-\d{2}T/.test(input) ? millis(input) : undefined
    if (at === undefined)
      throw new UserError(
        `invalid argument "${input}" for --${name}: not an RFC 3339 time`,
        'Write it as 2026-11-21T02:30:00Z.',
      )
    return rfc3339(at)
  },
})

/**
 * The word of a closed list that the user means, in any case.
 * @param shown the words as the help has them, where they are not the same
 * @throws UserError that names the flag and the words it takes
 */
export function oneOf<Word extends string>(
  words: readonly Word[],
  input: string,
  flag: string,
  shown: readonly string[] = words,
): Word {
  const word = words.find((one) => one.toLowerCase() === input.toLowerCase())
  if (word === undefined)
    throw new UserError(
      `invalid argument "${input}" for --${flag}: allowed values are ${shown.join(', ')}`,
      meant(input, shown),
    )
  return word
}

/** `Did you mean "warning"?`, where one of the words is near. */
function meant(input: string, words: readonly string[]): string | undefined {
  const typed = input.toLowerCase()
  const lower = words.map((word) => word.toLowerCase())
  const begun = lower.filter((word) => typed !== '' && word.startsWith(typed))
  const near = begun.length === 1 ? begun[0] : nearest(typed, lower)
  return near === undefined ? undefined : `Did you mean "${words[lower.indexOf(near)]}"?`
}

/** kubectl takes these in any case, and no others. Source: cli-runtime pkg/genericclioptions, *_flags.go ToPrinter. */
const IN_ANY_CASE = ['json', 'yaml', 'name']

function outputFlag(own: readonly string[]) {
  const formats = [...OUTPUT_FORMATS, ...own]
  const flag = Flags.string({
    char: 'o',
    // A long list would push the text of all flags to the right.
    helpValue: own.length === 0 ? formats.join('|') : 'FORMAT',
    summary: `Output format${own.length === 0 ? '' : `: ${formats.join(', ')}`}. Without it, a report for people.`,
    parse: async (input) => {
      const format = IN_ANY_CASE.find((one) => one === input.toLowerCase()) ?? input
      if (!formats.includes(format))
        throw new UserError(
          `unable to match a printer suitable for the output format "${input}"`,
          meant(input, formats) ?? `Allowed formats are: ${formats.join(', ')}.`,
        )
      return format
    },
  })
  // oclif has a place for them (`options`), but would complain of another word in words that are not kubectl's.
  return { ...flag, formats }
}

export type FailOn = Severity | 'none'
const FAIL_ON: readonly FailOn[] = ['Error', 'Warning', 'Info', 'none']

/** What `--fail-on` takes, as the help has it. */
export const FAIL_ON_WORDS: readonly string[] = FAIL_ON.map((word) => word.toLowerCase())

const failOnFlag = Flags.custom<FailOn>({
  helpValue: FAIL_ON_WORDS.join('|'),
  parse: async (input) => oneOf(FAIL_ON, input, 'fail-on', FAIL_ON_WORDS),
})

/** A flag that may be given several times, each time with one value, as kubectl's string arrays. */
export const repeatable = { multiple: true, multipleNonGreedy: true } as const

/**
 * Flags of every command that say what to read and how to print it.
 * @param formats what `-o` takes with this command only (`Printable.formats`)
 */
export const commonFlags = (formats: readonly string[] = []) => ({
  help: Flags.help({ char: 'h', summary: 'Show this help.' }),
  filename: Flags.string({
    char: 'f',
    helpValue: 'PATH',
    summary:
      'Read manifests or a recording in place of the cluster: a file, a folder, or - for standard input.',
    ...repeatable,
  }),
  recursive: Flags.boolean({ char: 'R', summary: 'With -f, also read the folders below.' }),
  output: outputFlag(formats),
  'no-headers': Flags.boolean({ summary: 'Print tables without headings.' }),
  'fail-on': failOnFlag({
    default: 'Error',
    defaultHelp: async () => 'error',
    summary: 'Exit with 1 from this severity on.',
  }),
  now: timeFlag({ summary: 'Take this for the present time, for repeatable reports.' }),
  save: Flags.string({
    helpValue: 'DIR',
    summary: 'Also write what was read to DIR, to be analysed elsewhere with -f DIR.',
  }),
})

/** `-n` and `-A`, for the commands that look at namespaces. */
export const namespaceFlags = {
  namespace: Flags.string({ char: 'n', helpValue: 'NAMESPACE', summary: 'The namespace to look at.' }),
  'all-namespaces': Flags.boolean({ char: 'A', summary: 'Look at all namespaces.' }),
}
