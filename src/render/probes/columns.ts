import { describeTiming } from '../../model/kubernetes/probe.ts'
import { escapeText } from '../../model/text/escape.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import type {
  ContainerProbes,
  LastProbeEvent,
  ProbeReport,
  ProbeState,
  ReportedProbe,
  WorkloadProbes,
} from '../../probes/report.ts'
import type { SayOnce } from '../terminal/say-once.ts'
import { type Colour, type Style, shortIds } from '../terminal/style.ts'
import { cell } from '../terminal/table.ts'

/** One line of the table: a probe, or a container that has none. */
export interface Row {
  readonly workload: WorkloadProbes
  readonly container: ContainerProbes
  readonly probe?: ReportedProbe
}

export interface TableOptions {
  readonly style: Style
  readonly wide: boolean
  readonly noHeaders: boolean
  readonly allNamespaces: boolean
  /** What the blocks above have said already. */
  readonly once: SayOnce
}

export type ColumnId =
  | 'namespace'
  | 'workload'
  | 'container'
  | 'probe'
  | 'handler'
  | 'timing'
  | 'state'
  | 'restarts'
  | 'ready'
  | 'verdictAfter'
  | 'pod'
  | 'lastMessage'

export interface TableColumn {
  readonly id: ColumnId
  readonly title: string
  readonly value: (row: Row, report: ProbeReport, options: TableOptions) => string
  /** A column that may wrap: the least width that it is still easy to read at. */
  readonly wrapsAt?: number
  readonly shown?: (options: TableOptions) => boolean
  /** Whether the column has something to say of a row; where it is absent, of every row. */
  readonly tells?: (row: Row, options: TableOptions) => boolean
}

const COLOURS: Readonly<Record<ProbeState, Colour>> = {
  Failing: 'red',
  Inert: 'red',
  Starting: 'yellow',
  NotStarted: 'yellow',
  Unknown: 'yellow',
  NotRunning: 'yellow',
  Passing: 'green',
  NotApplied: 'dim',
}
/** Worst first, as in the report: the renderer imports only types from it. */
const STATES = Object.keys(COLOURS) as ProbeState[]

/** The place of a row among those of its workload: the worst probe first, containers without probes last. */
export const rankOf = ({ probe }: Row): number =>
  probe === undefined ? STATES.length : STATES.indexOf(probe.state)

const onlyWide = ({ wide }: TableOptions): boolean => wide

/** From left to right. */
export const COLUMNS: readonly TableColumn[] = [
  {
    id: 'namespace',
    title: 'NAMESPACE',
    value: ({ workload }) => cell(workload.namespace),
    shown: ({ allNamespaces }) => allNamespaces,
  },
  {
    id: 'workload',
    title: 'WORKLOAD',
    value: ({ workload: { kind, name } }) => cell(`${kind.toLowerCase()}/${name}`),
    wrapsAt: 20,
  },
  { id: 'container', title: 'CONTAINER', value: ({ container }) => cell(container.name) },
  { id: 'probe', title: 'PROBE', value: ({ probe }) => cell(probe?.type) },
  { id: 'handler', title: 'HANDLER', value: ({ probe }) => cell(probe?.handler), wrapsAt: 22 },
  {
    id: 'timing',
    title: 'TIMING',
    value: ({ probe }, _, { wide }) => cell(probe && (wide ? describeTiming(probe) : timing(probe))),
  },
  {
    id: 'state',
    title: 'STATE',
    value: ({ probe }, _, { style }) => (probe === undefined ? cell(undefined) : stateCell(probe, style)),
  },
  {
    id: 'restarts',
    title: 'RESTARTS',
    value: ({ container }, { now }) => cell(restarts(container, now)),
    tells: ({ container }) => container.restarts > 0,
  },
  {
    id: 'ready',
    title: 'READY',
    value: ({ container: { pods } }) => cell(`${pods.ready}/${pods.total}`),
    shown: onlyWide,
  },
  {
    id: 'verdictAfter',
    title: 'VERDICT AFTER',
    value: ({ probe }) => cell(probe && verdictAfter(probe)),
    shown: onlyWide,
  },
  {
    id: 'pod',
    title: 'POD',
    value: ({ container, probe }) => cell(worstPod(container, probe)),
    shown: onlyWide,
  },
  {
    id: 'lastMessage',
    title: 'LAST MESSAGE',
    value: (row, { now }, options) => {
      const message = messageOf(row, options)
      return message === undefined ? '' : messageText(message, now, options.once)
    },
    wrapsAt: 30,
    tells: (row, options) => messageOf(row, options) !== undefined,
  },
]

/** `kubectl describe`'s words for what decides most; a delay and a success threshold only where there is one. */
const timing = (probe: ReportedProbe): string =>
  [
    ...(probe.initialDelaySeconds > 0 ? [`delay=${probe.initialDelaySeconds}s`] : []),
    `timeout=${probe.timeoutSeconds}s period=${probe.periodSeconds}s`,
    ...(probe.successThreshold > 1 ? [`#success=${probe.successThreshold}`] : []),
    `#failure=${probe.failureThreshold}`,
  ].join(' ')

/** The worst state; `Failing 1/3` where it is not that of all pods. */
function stateCell({ state, states }: ReportedProbe, style: Style): string {
  const total = Object.values(states).reduce((sum, count) => sum + count, 0)
  const own = states[state] ?? 0
  return style.paint(COLOURS[state], own === total ? state : `${state} ${own}/${total}`)
}

/** As in `kubectl get pods`: `4 (30s ago)`. */
function restarts({ restarts: count, lastTerminated }: ContainerProbes, now: string): string {
  const age = secondsBetween(lastTerminated?.finishedAt, now)
  return count === 0 || age === undefined ? `${count}` : `${count} (${humanDuration(age)} ago)`
}

function verdictAfter({ type, windows }: ReportedProbe): string {
  const { min, max } = (type === 'startup' ? windows.fromStart : undefined) ?? windows.detection
  return `${min}-${max}s`
}

/** The first pod in the worst state, and how many more there are. */
function worstPod({ instances }: ContainerProbes, probe: ReportedProbe | undefined): string | undefined {
  const pods = instances
    .filter(
      ({ probes }) =>
        probe === undefined || probes.some(({ type, state }) => type === probe.type && state === probe.state),
    )
    .map(({ pod }) => pod)
  return pods.length > 1 ? `${pods[0]} +${pods.length - 1}` : pods[0]
}

/** What a probe that passes once said is history: for those who ask. */
const messageOf = ({ probe }: Row, { wide }: TableOptions): LastProbeEvent | undefined =>
  probe?.state === 'Passing' && !wide ? undefined : probe?.said

/** What does not count as a failure says so first. */
const VERDICTS: Readonly<Record<LastProbeEvent['verdict'], string>> = {
  failed: '',
  errored: 'errored: ',
  warning: 'warning: ',
}

function messageText(
  { verdict, text, time, count, countIsLowerBound }: LastProbeEvent,
  now: string,
  once: SayOnce,
): string {
  const age = secondsBetween(time, now)
  const times = count > 1 || countIsLowerBound ? [`x${count}${countIsLowerBound ? '+' : ''}`] : []
  const facts = [...times, ...(age === undefined ? [] : [`${humanDuration(age)} ago`])]
  const words = once(shortIds(text.trim())) || 'no output'
  return escapeText(`${VERDICTS[verdict]}${words}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`)
}
