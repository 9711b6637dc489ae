import { sortedBy } from '../../model/text/sort.ts'
import type { ProbeReport, WorkloadProbes } from '../../probes/report.ts'
import { COLUMN_GAP, table, widest } from '../terminal/table.ts'
import { COLUMNS, type ColumnId, type Row, rankOf, type TableColumn, type TableOptions } from './columns.ts'

/** Left out on a terminal that is too narrow for all, in this order; restarts only where there were none. */
const EXPENDABLE: readonly ColumnId[] = ['timing', 'lastMessage', 'restarts', 'handler']

interface ProbeTable {
  readonly text: string
  /** Titles of columns that the terminal has no room for. */
  readonly leftOut: readonly string[]
}

/** A column with its cells, from the first row to the last. */
interface FilledColumn extends TableColumn {
  readonly cells: readonly string[]
  /** It has nothing to say of any row. */
  readonly isEmpty: boolean
}

/** The probes of a report, worst first; a wide table also has the containers without probes. */
export function probeTable(report: ProbeReport, options: TableOptions): ProbeTable {
  const rows = report.workloads.flatMap((workload) => rowsOf(workload, options.wide))
  const all = COLUMNS.filter(({ shown }) => shown?.(options) ?? true).map(
    (column): FilledColumn => ({
      ...column,
      cells: rows.map((row) => column.value(row, report, options)),
      isEmpty: !rows.some((row) => column.tells?.(row, options) ?? true),
    }),
  )
  const columns = fitting(all, options)
  return {
    text: table(
      columns.map(({ title, wrapsAt }) => ({ title, wraps: wrapsAt !== undefined })),
      rows.map((_, index) => columns.map(({ cells }) => cells[index] ?? '')),
      options.style,
      { noHeaders: options.noHeaders },
    ),
    leftOut: all.filter((column) => !columns.includes(column) && !column.isEmpty).map(({ title }) => title),
  }
}

function rowsOf(workload: WorkloadProbes, wide: boolean): readonly Row[] {
  const rows = workload.containers.flatMap((container): readonly Row[] => {
    if (container.probes.length > 0) return container.probes.map((probe) => ({ workload, container, probe }))
    return wide && container.type !== 'init' ? [{ workload, container }] : []
  })
  return sortedBy(rows, (row) => [rankOf(row)])
}

/** The columns that a terminal of this width has room for. Pipes and `-o wide` have all. */
function fitting(
  all: readonly FilledColumn[],
  { style: { width }, wide }: TableOptions,
): readonly FilledColumn[] {
  if (width === undefined || wide) return all
  const needs = new Map(all.map((column) => [column, neededWidth(column)]))
  const tooWide = (columns: readonly FilledColumn[]) =>
    columns.reduce((sum, column) => sum + (needs.get(column) ?? 0) + COLUMN_GAP, -COLUMN_GAP) > width
  let columns = all.filter(({ id, isEmpty }) => id !== 'lastMessage' || !isEmpty)
  for (const id of EXPENDABLE)
    if (tooWide(columns))
      columns = columns.filter((column) => column.id !== id || (id === 'restarts' && !column.isEmpty))
  return columns
}

function neededWidth({ title, cells, wrapsAt }: FilledColumn): number {
  const natural = widest([title, ...cells])
  return Math.min(natural, wrapsAt ?? natural)
}
