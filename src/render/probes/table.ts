import { atLeast } from '../../model/report/finding.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { plural } from '../../model/text/words.ts'
import type { ProbeReport, WorkloadProbes } from '../../probes/report.ts'
import { COLUMN_GAP, leastWidth, NARROW_GAP, table, widest } from '../terminal/table.ts'
import { COLUMNS, type ColumnId, type Row, rankOf, type TableColumn, type TableOptions } from './columns.ts'
import { workloadKey } from './heads.ts'

/** Left out on a terminal that is too narrow for all, in this order; restarts only where there were none. */
const EXPENDABLE: readonly ColumnId[] = ['timing', 'lastMessage', 'restarts', 'handler']

/** So many probes that pass are listed; more only with `-o wide`. */
const QUIET_ROWS = 20

interface ProbeTable {
  readonly text: string
  /** What it leaves out. */
  readonly notes: readonly string[]
}

/** A column with its cells, from the first row to the last. */
interface FilledColumn extends TableColumn {
  readonly cells: readonly string[]
  /** It has nothing to say of any row. */
  readonly isEmpty: boolean
}

/**
 * The probes of a report, worst first; a wide table also has the containers without probes. Of many only those that do
 * not pass, with the others of the same workload.
 */
export function probeTable(report: ProbeReport, options: TableOptions): ProbeTable {
  const every = report.workloads.flatMap((workload) => rowsOf(workload, options.wide))
  const quiet = new Set(options.wide ? [] : quietRows(every, report))
  const rows = quiet.size > QUIET_ROWS ? every.filter((row) => !quiet.has(row)) : every
  const all = COLUMNS.filter(({ shown }) => shown?.(options) ?? true).map(
    (column): FilledColumn => ({
      ...column,
      cells: rows.map((row) => column.value(row, report, options)),
      isEmpty: !rows.some((row) => column.tells?.(row, options) ?? true),
    }),
  )
  const columns = fitting(all, options)
  const leftOut = all
    .filter((column) => !columns.includes(column) && !column.isEmpty)
    .map(({ title }) => title)
  return {
    text: table(
      columns.map(({ title, wrapsAt }) => ({ title, wraps: wrapsAt !== undefined })),
      rows.map((_, index) => columns.map(({ cells }) => cells[index] ?? '')),
      options.style,
      { noHeaders: options.noHeaders },
    ),
    notes: [
      ...(rows.length === every.length ? [] : [quietNote([...quiet])]),
      ...(leftOut.length === 0 ? [] : [`Not shown at this width: ${leftOut.join(', ')} (see -o wide).`]),
    ],
  }
}

/** Nothing is wrong with the workload, and the probe passes, or there is nothing that it could ask. */
function quietRows(rows: readonly Row[], { findings }: ProbeReport): readonly Row[] {
  const broken = new Set(
    findings
      .filter(({ severity, starting }) => starting !== undefined || atLeast(severity, 'Warning'))
      .map(({ subject }) => workloadKey(subject)),
  )
  return rows.filter(
    ({ workload, probe }) =>
      (probe?.state === 'Passing' || probe?.state === 'NotRunning') && !broken.has(workloadKey(workload)),
  )
}

/** `2300 probes of 1000 workloads pass and are not listed (-o wide lists them).` */
function quietNote(rows: readonly Row[]): string {
  const workloads = new Set(rows.map(({ workload }) => workload)).size
  const passing = rows.filter(({ probe }) => probe?.state === 'Passing').length
  const idle = rows.length - passing
  const what = `${rows.length} probes of ${plural(workloads, 'workload')}`
  return idle === 0
    ? `${what} pass and are not listed (-o wide lists them).`
    : `${what} are not listed: ${passing} pass, ${idle} of containers that do not run (-o wide lists them).`
}

function rowsOf(workload: WorkloadProbes, wide: boolean): readonly Row[] {
  const rows = workload.containers.flatMap((container): readonly Row[] => {
    if (container.probes.length > 0) return container.probes.map((probe) => ({ workload, container, probe }))
    return wide && container.type !== 'init' ? [{ workload, container }] : []
  })
  return sortedBy(rows, (row) => [rankOf(row)])
}

/** The columns that a terminal of this width has room for. Pipes, `-o wide` and rows that are blocks have all. */
function fitting(
  all: readonly FilledColumn[],
  { style: { width }, wide }: TableOptions,
): readonly FilledColumn[] {
  if (width === undefined || wide) return all
  const needs = new Map(all.map((column) => [column, neededWidth(column)]))
  const isTooWide = (columns: readonly FilledColumn[], gap: number) =>
    columns.reduce((sum, column) => sum + (needs.get(column) ?? 0) + gap, -gap) > width
  const filled = all.filter(({ id, isEmpty }) => id !== 'lastMessage' || !isEmpty)
  let columns = filled
  for (const id of EXPENDABLE)
    if (isTooWide(columns, COLUMN_GAP))
      columns = columns.filter((column) => column.id !== id || (id === 'restarts' && !column.isEmpty))
  return isTooWide(columns, NARROW_GAP) ? filled : columns
}

function neededWidth({ title, cells, wrapsAt }: FilledColumn): number {
  const texts = [title, ...cells]
  return wrapsAt === undefined ? widest(texts) : leastWidth(texts, wrapsAt)
}
