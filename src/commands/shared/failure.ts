import { Errors } from '@oclif/core'
import { ServerError, UserError } from '../../model/errors.ts'
import { escapeText } from '../../model/text/escape.ts'
import { nearest } from '../../model/text/nearest.ts'
import { COMMANDS } from '../index.ts'

/**
 * What standard error says about an error: one sentence, and what to do next where that is known. A mistake of ours
 * says so, and shows its stack only when `debug` is set. '' where there is nothing to say, and nobody to say it to.
 */
export function failureText(error: unknown, command: string, debug: boolean): string {
  if (error instanceof UserError)
    return lines(error instanceof ServerError ? error.sentence : `error: ${error.sentence}`, error.hint)
  if (error instanceof Errors.CLIError) return usageFailure(usageError(error), command)
  if (isLostOutput(error)) return lostOutputText(error)
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return lines(
    `error: this is a mistake in kubectl ${command}, not in your input: ${message}`,
    debug ? (stack ?? '') : 'Run it again with DEBUG=1 for the details, and please report them.',
  )
}

const REASONS: Readonly<Record<string, string>> = {
  EDQUOT: 'the quota of the disk is used up',
  EIO: 'the disk or the terminal is gone',
  ENOSPC: 'no space left on the device',
}

/** Whether the output takes no more. What is written elsewhere has its own sentences. */
const isLostOutput = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'write'

/** Nothing where the reader has gone, as in `| head`. */
const lostOutputText = ({ code = '', message }: NodeJS.ErrnoException): string =>
  code === 'EPIPE'
    ? ''
    : lines(`error: the report could not be written: ${REASONS[code] ?? message}`, undefined)

const lines = (sentence: string, next: string | undefined): string =>
  [sentence, ...(next === undefined ? [] : [next])].map((line) => escapeText(line, false)).join('\n')

/** A command line that oclif does not understand. */
type UsageError =
  | { readonly code: 'unknown-flag'; readonly flag: string }
  | { readonly code: 'flag-without-value'; readonly flag: string }
  | { readonly code: 'flag-twice'; readonly flag: string }
  | { readonly code: 'other' }

/** oclif has its parse errors as English only: the one place that reads it. */
function usageError({ message }: Error): UsageError {
  const [first = ''] = message.split('\nSee more help')
  const text = first.trim().replaceAll('\n', ' ')
  const unknown = /^Nonexistent flags?: ([^\s,=]+)/.exec(text)?.[1]
  if (unknown !== undefined) return { code: 'unknown-flag', flag: unknown }
  const empty = /^Flag --(\S+) expects a value$/.exec(text)?.[1]
  if (empty !== undefined) return { code: 'flag-without-value', flag: empty }
  const twice = /^Flag --(\S+) can only be specified once$/.exec(text)?.[1]
  return twice === undefined ? { code: 'other' } : { code: 'flag-twice', flag: twice }
}

/** The same in kubectl's words. */
function usageFailure(error: UsageError, command: string): string {
  const usage = `See 'kubectl ${command} --help' for usage.`
  switch (error.code) {
    case 'unknown-flag':
      return lines(
        `error: unknown flag: ${error.flag}`,
        [flagHint(error.flag, command), usage].join(' ').trim(),
      )
    case 'flag-without-value':
      return lines(`error: flag needs an argument: --${error.flag}`, usage)
    case 'flag-twice':
      return lines(
        `error: --${error.flag} was given more than once`,
        'It takes one value: leave the others out.',
      )
    case 'other':
      return lines('error: the command line is not understood', usage)
  }
}

/** The flag that was meant. kubectl takes underscores for dashes, so people write them. */
function flagHint(word: string, command: string): string {
  const flags = Object.entries(COMMANDS[command]?.flags ?? {}).filter(([, { hidden }]) => !hidden)
  const names = flags.flatMap(([name, flag]) =>
    flag.type === 'boolean' && flag.allowNo ? [name, `no-${name}`] : [name],
  )
  const typed = word.replace(/^-+/, '').replaceAll('_', '-').toLowerCase()
  const near = names.includes(typed) ? typed : nearest(typed, names)
  return near === undefined || !/^-+../.test(word) ? '' : `Did you mean --${near}?`
}
