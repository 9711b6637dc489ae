import { Errors } from '@oclif/core'
import { ServerError, UserError } from '../../model/errors.ts'
import { escapeText } from '../../model/text/escape.ts'

/**
 * What standard error says about an error: one sentence, and what to do next where that is known. A mistake of ours
 * says so, and shows its stack only when `debug` is set. '' where there is nothing to say, and nobody to say it to.
 */
export function failureText(error: unknown, command: string, debug: boolean): string {
  if (error instanceof UserError)
    return lines(error instanceof ServerError ? error.sentence : `error: ${error.sentence}`, error.hint)
  if (error instanceof Errors.CLIError)
    return lines(`error: ${usageText(usageError(error))}`, `See 'kubectl ${command} --help' for usage.`)
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
  | { readonly code: 'unknown-flags'; readonly flags: string }
  | { readonly code: 'flag-without-value'; readonly flag: string }
  | { readonly code: 'other'; readonly text: string }

/** oclif has its parse errors as English only: the one place that reads it. */
function usageError({ message }: Error): UsageError {
  const [first = ''] = message.split('\nSee more help')
  const text = first.trim().replaceAll('\n', ' ')
  const flags = /^Nonexistent flags?: (.+)$/.exec(text)?.[1]
  if (flags !== undefined) return { code: 'unknown-flags', flags }
  const flag = /^Flag --(\S+) expects a value$/.exec(text)?.[1]
  return flag === undefined ? { code: 'other', text } : { code: 'flag-without-value', flag }
}

/** The same in kubectl's words. */
function usageText(error: UsageError): string {
  switch (error.code) {
    case 'unknown-flags':
      return `unknown flag: ${error.flags}`
    case 'flag-without-value':
      return `flag needs an argument: --${error.flag}`
    case 'other':
      return error.text.charAt(0).toLowerCase() + error.text.slice(1)
  }
}
