import { describeTiming } from '../../model/kubernetes/probe.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import type {
  ContainerProbes,
  ProbeReport,
  ProbeState,
  ReportedProbe,
  WorkloadProbes,
} from '../../probes/report.ts'
import { type Colour, escapeText, type Style, shortIds } from '../terminal/style.ts'
import { cell, table } from '../terminal/table.ts'

/** One line of the table: a probe, or a container that has none. */
interface Row {
  readonly workload: WorkloadProbes
  readonly container: ContainerProbes
  readonly probe?: ReportedProbe
}

export interface TableOptions {
  readonly style: Style
  readonly wide: boolean
  readonly noHeaders: boolean
  readonly allNamespaces: boolean
}

const COLOURS: Readonly<Record<ProbeState, Colour>> = {
  Failing: 'red',
  Inert: 'red',
  NotStarted: 'yellow',
  Unknown: 'yellow',
  NotRunning: 'yellow',
  Passing: 'green',
  NotApplied: 'dim',
}
/** Worst first, as in the report: the renderer imports only types from it. */
const STATES = Object.keys(COLOURS) as ProbeState[]

interface TableColumn {
  readonly title: string
  readonly value: (row: Row, report: ProbeReport, options: TableOptions) => string
  /** A column that may wrap: the least width that it is still easy to read at. */
  readonly wrapsAt?: number
  readonly shown?: (options: TableOptions) => boolean
}

const onlyWide = ({ wide }: TableOptions): boolean => wide

const COLUMNS: readonly TableColumn[] = [
  {
    title: 'NAMESPACE',
    value: ({ workload }) => cell(workload.namespace),
    shown: ({ allNamespaces }) => allNamespaces,
  },
  {
    title: 'WORKLOAD',
    value: ({ workload: { kind, name } }) => cell(`${kind.toLowerCase()}/${name}`),
    wrapsAt: 20,
  },
  { title: 'CONTAINER', value: ({ container }) => cell(container.name) },
  { title: 'PROBE', value: ({ probe }) => cell(probe?.type) },
  { title: 'HANDLER', value: ({ probe }) => cell(probe?.handler), wrapsAt: 22 },
  {
    title: 'TIMING',
    value: ({ probe }, _, { wide }) => cell(probe && (wide ? describeTiming(probe) : timing(probe))),
  },
  {
    title: 'STATE',
    value: ({ probe }, _, { style }) => (probe === undefined ? cell(undefined) : stateCell(probe, style)),
  },
  { title: 'RESTARTS', value: ({ container }, { now }) => cell(restarts(container, now)) },
  {
    title: 'READY',
    value: ({ container: { pods } }) => cell(`${pods.ready}/${pods.total}`),
    shown: onlyWide,
  },
  { title: 'VERDICT AFTER', value: ({ probe }) => cell(probe && verdictAfter(probe)), shown: onlyWide },
  { title: 'POD', value: ({ container, probe }) => cell(worstPod(container, probe)), shown: onlyWide },
  // What a probe that passes once said is history: for those who ask.
  {
    title: 'LAST MESSAGE',
    value: ({ probe }, { now }, { wide }) => (probe?.state === 'Passing' && !wide ? '' : message(probe, now)),
    wrapsAt: 30,
  },
]

/** Left out on a terminal that is too narrow for all, in this order; restarts only where there were none. */
const EXPENDABLE = ['TIMING', 'LAST MESSAGE', 'RESTARTS', 'HANDLER']

interface ProbeTable {
  readonly text: string
  /** Titles of columns that the terminal has no room for. */
  readonly leftOut: readonly string[]
}

/** The probes of a report, worst first; a wide table also has the containers without probes. */
export function probeTable(report: ProbeReport, options: TableOptions): ProbeTable {
  const rows = report.workloads.flatMap((workload) => rowsOf(workload, options.wide))
  const shown = COLUMNS.filter((column) => column.shown?.(options) ?? true)
  const cells = new Map(
    shown.map((column) => [column, rows.map((row) => column.value(row, report, options))] as const),
  )
  const columns = fitting(cells, options)
  return {
    text: table(
      columns.map(({ title, wrapsAt }) => ({ title, wraps: wrapsAt !== undefined })),
      rows.map((_, index) => columns.map((column) => cells.get(column)?.[index] ?? '')),
      options.style,
      { noHeaders: options.noHeaders },
    ),
    leftOut: shown
      .filter(
        (column) =>
          !columns.includes(column) && cells.get(column)?.some((text) => text !== '' && text !== '0'),
      )
      .map(({ title }) => title),
  }
}

function rowsOf(workload: WorkloadProbes, wide: boolean): readonly Row[] {
  const rows = workload.containers.flatMap((container): readonly Row[] => {
    if (container.probes.length > 0) return container.probes.map((probe) => ({ workload, container, probe }))
    return wide && container.type !== 'init' ? [{ workload, container }] : []
  })
  return sortedBy(rows, ({ probe }) => [probe === undefined ? STATES.length : STATES.indexOf(probe.state)])
}

const GAP = 3

/** The columns that a terminal of this width has room for. Pipes and `-o wide` have all. */
function fitting(
  cells: ReadonlyMap<TableColumn, readonly string[]>,
  { style: { width }, wide }: TableOptions,
): readonly TableColumn[] {
  const all = [...cells.keys()]
  if (width === undefined || wide) return all
  const needs = (column: TableColumn): number => {
    const natural = Math.max(column.title.length, ...(cells.get(column) ?? []).map(visibleLength))
    return Math.min(natural, column.wrapsAt ?? natural) + GAP
  }
  const isEmpty = (column: TableColumn) =>
    cells.get(column)?.every((text) => text === '' || text === '0') ?? true
  const tooWide = (columns: readonly TableColumn[]) =>
    columns.reduce((sum, column) => sum + needs(column), -GAP) > width
  let columns = all.filter((column) => column.title !== 'LAST MESSAGE' || !isEmpty(column))
  for (const title of EXPENDABLE)
    if (tooWide(columns))
      columns = columns.filter(
        (column) => column.title !== title || (title === 'RESTARTS' && !isEmpty(column)),
      )
  return columns
}

const visibleLength = (text: string): number => text.replace(/\u001b\[[0-9;]*m/g, '').length

/** `kubectl describe`'s words for what decides most; a delay and a success threshold only where there is one. */
const timing = (probe: ReportedProbe): string =>
  [
    ...(probe.initialDelaySeconds > 0 ? [`delay=${probe.initialDelaySeconds}s`] : []),
    `timeout=${probe.timeoutSeconds}s period=${probe.periodSeconds}s`,
    ...(probe.successThreshold > 1 ? [`#success=${probe.successThreshold}`] : []),
    `#failure=${probe.failureThreshold}`,
  ].join(' ')

/** The worst state; `1/3` where it is not that of all pods. */
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

function message(probe: ReportedProbe | undefined, now: string): string {
  const said = probe?.said
  if (said === undefined) return ''
  const age = secondsBetween(said.time, now)
  const times =
    said.count > 1 || said.countIsLowerBound ? [`x${said.count}${said.countIsLowerBound ? '+' : ''}`] : []
  const facts = [...times, ...(age === undefined ? [] : [`${humanDuration(age)} ago`])]
  const text = shortIds(said.text.trim()) || 'no output'
  return escapeText(
    `${said.verdict === 'failed' ? '' : `${said.verdict}: `}${text}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`,
  )
}
