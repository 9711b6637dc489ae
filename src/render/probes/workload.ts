import { type Handler, handlerTarget } from '../../model/kubernetes/probe.ts'
import { escapeText } from '../../model/text/escape.ts'
import { humanDuration } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import type { ContainerHistory, TimelineMark, TimelineSpan } from '../../probes/history.ts'
import type { ContainerProbes, ProbeWindows, ReportedProbe, WorkloadProbes } from '../../probes/report.ts'
import type { Style } from '../terminal/style.ts'
import { type Timeline, type TimelineSymbol, timelineText } from '../terminal/timeline.ts'
import { hanging } from '../terminal/wrap.ts'

const MARKS: Readonly<Record<TimelineMark['kind'], TimelineSymbol>> = {
  Killed: { glyph: 'K', ascii: 'K', meaning: 'killed by the kubelet', colour: 'red' },
  Ended: { glyph: 'E', ascii: 'E', meaning: 'ended, not by the kubelet', colour: 'red' },
  ProbeFailed: { glyph: '×', ascii: 'x', meaning: 'probe failed', colour: 'yellow' },
  Started: { glyph: '▲', ascii: 'S', meaning: 'started', colour: 'cyan' },
}
const SPANS: Readonly<Record<TimelineSpan['kind'], TimelineSymbol>> = {
  Waiting: { glyph: '░', ascii: '.', meaning: 'waits to start', colour: 'yellow' },
  Failing: { glyph: '╍', ascii: '~', meaning: 'a probe fails in this time', colour: 'yellow' },
  Running: { glyph: '━', ascii: '=', meaning: 'running', colour: 'green' },
  Unknown: { glyph: '?', ascii: '?', meaning: 'no longer known', colour: 'dim' },
}

/** Lanes of a drawing: the worst containers. */
const SHOWN_LANES = 5
/** What happened before is drawn only where nothing happened since: six hours, in milliseconds. */
const RECENT = 6 * 3_600_000
const LEAST_SPAN = 60_000

/** What is told of a workload beyond its report. */
export interface WorkloadDetails {
  /** What its probes do, by the name that the report gives it. */
  readonly handlers: ReadonlyMap<string, Handler>
  /** Worst first. */
  readonly histories: readonly ContainerHistory[]
  /** Milliseconds since the epoch: the end of the time axis. */
  readonly now: number
}

/** One workload in full: its probes in sentences, and the life of its containers on a time axis. '' where it has neither. */
export function workloadText(
  { containers }: WorkloadProbes,
  { handlers, histories, now }: WorkloadDetails,
  style: Style,
): string {
  const drawing = timelineText(timelineOf(histories.slice(0, SHOWN_LANES), now), style)
  const hidden = histories.slice(SHOWN_LANES)
  const restarted = hidden.filter(({ restarts }) => restarts > 0).length
  const more = `and ${plural(hidden.length, 'more container')}, ${restarted === 0 ? 'none' : restarted} of them restarted`
  const lines = drawing === '' || hidden.length === 0 ? [drawing] : [drawing, style.paint('dim', more)]
  return [
    ...containers
      .filter(({ probes }) => probes.length > 0)
      .map((one) => probeSentences(one, handlers, style)),
    lines.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function timelineOf(histories: readonly ContainerHistory[], now: number): Timeline {
  const several = new Set(histories.map(({ container }) => container)).size > 1
  return {
    from: beginOf(histories, now),
    to: now,
    symbols: [...Object.values(MARKS), ...Object.values(SPANS)],
    lanes: histories.map(({ pod, container, marks, spans }) => ({
      label: several ? `${pod} ${container}` : pod,
      marks: marks.map(({ at, kind }) => ({ at, symbol: MARKS[kind] })),
      spans: spans.map(({ from, to, kind }) => ({ from, to, symbol: SPANS[kind] })),
    })),
  }
}

/** From a little before the first trouble; the whole life where there was none. */
function beginOf(histories: readonly ContainerHistory[], now: number): number {
  const times = (troubleOnly: boolean, since: number) =>
    histories.flatMap(({ marks, restarts }) =>
      marks
        .filter(({ at, kind }) => at >= since && (!troubleOnly || restarts > 0 || kind !== 'Started'))
        .map(({ at }) => at),
    )
  const made = histories.flatMap(({ spans }) => spans.map(({ from }) => from))
  const [first] = [times(true, now - RECENT), times(true, 0), [...times(false, 0), ...made]].filter(
    (one) => one.length > 0,
  )
  const begin = Math.min(now - LEAST_SPAN, ...(first ?? []))
  return begin - (now - begin) * 0.04
}

/** What the kubelet does with the target of a handler. */
const VERBS: Readonly<Record<Handler['kind'], string>> = {
  httpGet: 'GET',
  tcpSocket: 'connects to',
  exec: 'runs',
  grpc: 'asks the gRPC health of',
}

/** The longest type of probe, with its indent, its colon and a gap. */
const LABEL = 13

function probeSentences(
  { name, probes }: ContainerProbes,
  handlers: WorkloadDetails['handlers'],
  style: Style,
): string {
  return [
    style.paint('bold', `container ${escapeText(name)}`),
    ...probes.map((probe) => {
      const head = style.paint('dim', `  ${probe.type}:`.padEnd(LABEL))
      return hanging(head, escapeText(probeSentence(probe, handlers.get(probe.handler))), style.width)
    }),
  ].join('\n')
}

/** What it asks and how often, and then what follows from an answer that does not come. */
function probeSentence(probe: ReportedProbe, handler: Handler | undefined): string {
  const { periodSeconds, timeoutSeconds, initialDelaySeconds } = probe
  const asks = handler === undefined ? probe.handler : `${VERBS[handler.kind]} ${handlerTarget(handler)}`
  const delay = initialDelaySeconds === 0 ? '' : `, first after ${seconds(initialDelaySeconds)}`
  const often = `every ${seconds(periodSeconds)}${delay}, timeout ${seconds(timeoutSeconds)}`
  return [`${asks} ${often}`, ...consequences(probe)].join('; ')
}

const seconds = (count: number): string => (count < 120 ? `${count} s` : humanDuration(count))
const windowOf = ({ min, max }: ProbeWindows['detection']): string =>
  min === max ? seconds(min) : `${min} to ${max} s`

function consequences({ type, successThreshold, windows }: ReportedProbe): readonly string[] {
  const { detection, fromStart, safeStartSeconds, graceSeconds } = windows
  const grace = graceSeconds === undefined ? [] : [`then ${seconds(graceSeconds)} to shut down`]
  const sure =
    safeStartSeconds === undefined ? [] : [`is sure to have ${seconds(safeStartSeconds)} for its start`]
  const waits = fromStart === undefined ? ['waits for the startup probe'] : []
  if (type === 'startup')
    return [
      ...sure,
      ...(fromStart === undefined ? [] : [`killed ${windowOf(fromStart)} after it was started`]),
      ...grace,
    ]
  if (type === 'liveness')
    return [...waits, ...sure, `killed ${windowOf(detection)} after it stops answering`, ...grace]
  const back = successThreshold === 1 ? [] : [`back after ${successThreshold} successes`]
  return [...waits, `out of Services ${windowOf(detection)} after it stops answering`, ...back]
}
