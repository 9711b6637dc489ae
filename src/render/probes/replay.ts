import { escapeText } from '../../model/text/escape.ts'
import { humanDuration } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import type { ProbeReport, ReplayResult, ReportedReplay } from '../../probes/report.ts'
import type { Colour, Style } from '../terminal/style.ts'

type Options = { readonly style: Style; readonly wide: boolean }

/** Characters of a body; `-o wide` shows more, `-o json` all that was read. */
const SHOWN = 120
const SHOWN_WIDE = 1000

const COLOURS: Readonly<Record<ReportedReplay['verdict'], Colour>> = {
  WouldPass: 'green',
  MayTimeOut: 'yellow',
  WouldFail: 'red',
  WouldTimeOut: 'red',
  NotCounted: 'red',
  Mixed: 'yellow',
  NotRun: 'dim',
}

/** What running the probes from here has shown, one block; '' where that was not asked for. */
export function replayText({ replay }: ProbeReport, options: Options): string {
  if (replay === undefined) return ''
  if (replay.length === 0) return 'No probe was run from here: no container runs that has one.'
  const trips = replay.map(({ roundTripMilliseconds }) => roundTripMilliseconds)
  const head = `Run from here (latencies include ${Math.max(...trips)} ms to the API server and back):`
  return [options.style.paint('bold', head), ...replay.flatMap((view) => lines(view, options))].join('\n')
}

/** What was done, one line for each probe, for standard error. */
export const replayNotes = ({ replay = [] }: ProbeReport): readonly string[] =>
  replay
    .filter(({ attempts }) => attempts > 0)
    .map((view) =>
      escapeText(
        `ran the ${where(view)} ${plural(view.attempts, 'time')} through ${view.via}: ${view.handler}`,
      ),
    )

const where = ({ namespace, pod, container, probe }: ReportedReplay): string =>
  `${probe} probe of pod ${namespace}/${pod}, container ${container},`

function lines(view: ReportedReplay, { style, wide }: Options): readonly string[] {
  const { namespace, pod, container, probe, handler, verdict, summary, stopped, attempts, results } = view
  return [
    `  ${escapeText(`Pod ${namespace}/${pod}, container ${container}, ${probe} probe ${handler}`)}`,
    `    ${style.paint(COLOURS[verdict], escapeText(summary))}`,
    ...latencyLine(view),
    ...results.flatMap((result) => resultLine(result, results.length > 1, wide)),
    ...(stopped === undefined || attempts === 0
      ? []
      : [`    stopped after ${plural(attempts, 'attempt')}: ${escapeText(stopped)}`]),
  ]
}

function latencyLine({ latencyMilliseconds, attempts, timeoutSeconds }: ReportedReplay): readonly string[] {
  if (latencyMilliseconds === undefined) return []
  const { min, median, p95, max } = latencyMilliseconds
  const times = attempts === 1 ? `${max} ms` : `min ${min}, median ${median}, p95 ${p95}, max ${max} ms`
  return [`    ${plural(attempts, 'attempt')}: ${times}; the timeout is ${humanDuration(timeoutSeconds)}`]
}

function resultLine(
  { message, late, count, output }: ReplayResult,
  isOneOfMany: boolean,
  wide: boolean,
): readonly string[] {
  if (output === undefined && !isOneOfMany) return []
  const told = late === undefined ? message : `${message}, later ${late.message}`
  const often = isOneOfMany ? `${count}x ${escapeText(told)}` : 'it says'
  return [`    ${often}${output === undefined ? '' : `: ${excerpt(output, wide ? SHOWN_WIDE : SHOWN)}`}`]
}

/** One line, escaped; the rest is a number. */
function excerpt(output: string, length: number): string {
  const text = output.trim()
  const rest = text.length - length
  return escapeText(rest > 0 ? `${text.slice(0, length)}… (${rest} more characters)` : text)
}
