import { Errors } from '@oclif/core'
import { UserError } from '../../model/errors.ts'
import { escapeText } from '../../render/terminal/style.ts'

/** Sentences that kubectl prints as they are; everything else gets `error: ` in front, as there. */
const WHOLE_SENTENCE = /^(error:|Error from server|Unable to connect|The connection to the server)/

/**
 * What standard error says about an error: one sentence, and what to do next where that is known. A mistake of ours
 * says so, and shows its stack only when `debug` is set.
 */
export function failureText(error: unknown, command: string, debug: boolean): string {
  if (error instanceof UserError) {
    const message = ownMessage(error.message)
    const sentence = WHOLE_SENTENCE.test(message) ? message : `error: ${message}`
    return lines(sentence, error.hint)
  }
  if (error instanceof Errors.CLIError)
    return lines(`error: ${parseFailure(error.message)}`, `See 'kubectl ${command} --help' for usage.`)
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return lines(
    `error: this is a mistake in kubectl ${command}, not in your input: ${message}`,
    debug ? (stack ?? '') : 'Run it again with DEBUG=1 for the details, and please report them.',
  )
}

/** oclif writes `Parsing --flag` around the message of what a flag's parser throws. */
const ownMessage = (message: string): string =>
  /^Parsing --\S+\s*\n\t([\s\S]*)\nSee more help with --help$/.exec(message)?.[1] ?? message

const lines = (sentence: string, next: string | undefined): string =>
  [sentence, ...(next === undefined ? [] : [next])].map((line) => escapeText(line, false)).join('\n')

/** oclif's words for a parse error, in kubectl's. */
function parseFailure(message: string): string {
  const [first = ''] = message.split('\nSee more help')
  const text = first.trim().replaceAll('\n', ' ')
  const unknown = /^Nonexistent flags?: (.+)$/.exec(text)
  if (unknown !== null) return `unknown flag: ${unknown[1]}`
  const valueless = /^Flag --(\S+) expects a value$/.exec(text)
  if (valueless !== null) return `flag needs an argument: --${valueless[1]}`
  return text.charAt(0).toLowerCase() + text.slice(1)
}
