import type { PlannedPod } from '../../drain/types/node.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { plural } from '../../model/text/words.ts'
import type { Colour, Style } from '../terminal/style.ts'
import { type Column, cell, table } from '../terminal/table.ts'
import type { DrainTextOptions } from './options.ts'

/** Rows that the table has before pods of which nothing is to be said are only counted. */
const SHOWN_ROWS = 12
/** Terminals narrower than this get one column less: the reason is in the summary, too. */
const NARROW = 120
/** Candidate nodes that the table names before it only counts them. */
const SHOWN_NODES = 3

/** One row for pods that fare alike, in the order of the plan; what goes well is only counted where there is much. */
export function fateTable(plan: DrainPlan, { style, noHeaders }: DrainTextOptions): string {
  const pods = plan.nodes.flatMap((node) => node.pods).filter(({ action }) => action !== 'Skip')
  const all = [...Map.groupBy(pods, fateKey).values()]
  const matter = all.filter(([pod]) => pod !== undefined && !isFine(pod))
  const groups = all.length <= SHOWN_ROWS ? all : matter.slice(0, SHOWN_ROWS)
  const narrow = style.width !== undefined && style.width < NARROW
  const columns: readonly Column[] = [
    { title: 'NAMESPACE' },
    { title: 'OWNER' },
    { title: 'PODS' },
    { title: 'OUTCOME' },
    { title: 'REPLACEMENT', wraps: true },
    ...(narrow ? [] : [{ title: 'WHY', wraps: true }]),
  ]
  const rows = groups.map((group) => fateRow(group, style).slice(0, columns.length))
  const fine = all.filter((group) => !groups.includes(group)).flat()
  const hidden = fine.filter((pod) => !isFine(pod)).length
  return [
    table(columns, rows, style, { noHeaders }),
    ...(fine.length === 0
      ? []
      : [
          hidden > 0
            ? `${plural(fine.length, 'more pod')}, ${hidden} of them with a problem: -o wide.`
            : `${plural(fine.length, 'more pod')} go, and the replacements find a place. Pod by pod: -o wide.`,
        ]),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

const isFine = ({ outcome, replacement, owner }: PlannedPod): boolean =>
  outcome === 'Gone' &&
  (replacement?.fate === 'Lands' || (replacement?.fate === 'None' && owner?.kind === 'Job'))

const fateKey = ({ namespace, name, owner, outcome, action, reason, replacement }: PlannedPod): string =>
  JSON.stringify([
    namespace,
    owner === undefined ? name : [owner.kind, owner.name],
    action,
    outcome,
    reason,
    replacement?.fate,
    replacement?.why,
  ])

function fateRow(group: readonly PlannedPod[], style: Style): string[] {
  const [pod] = group
  if (pod === undefined) return []
  const nodes = [...new Set(group.flatMap(({ replacement }) => replacement?.nodes ?? []))].sort()
  return [
    cell(pod.namespace),
    cell(pod.owner === undefined ? undefined : `${pod.owner.kind}/${pod.owner.name}`),
    group.length === 1 ? cell(pod.name) : `${group.length} pods`,
    outcomeText(pod, style),
    replacementText(pod, nodes),
    cell(pod.reason ?? pod.replacement?.why),
  ]
}

function outcomeText({ outcome, action }: PlannedPod, style: Style): string {
  const colour: Colour = outcome === 'Gone' || action === 'Skip' ? 'green' : 'red'
  return style.paint(outcome === 'Either' ? 'yellow' : colour, outcome)
}

function replacementText({ replacement }: PlannedPod, nodes: readonly string[]): string {
  if (replacement === undefined) return cell(undefined)
  const more = nodes.length - SHOWN_NODES
  const shown = nodes.slice(0, SHOWN_NODES).join(', ')
  if (nodes.length === 0) return replacement.fate
  const where = `${nodes.length > 1 ? 'on one of' : 'on'} ${shown}${more > 0 ? ` and ${more} more` : ''}`
  return escapeText(replacement.fate === 'Lands' ? where : `${replacement.fate} ${where}`)
}

const POD_COLUMNS: readonly Column[] = [
  { title: 'NAMESPACE' },
  { title: 'POD' },
  { title: 'OWNER' },
  { title: 'ACTION' },
  { title: 'OUTCOME' },
  { title: 'BUDGETS' },
  { title: 'REPLACEMENT', wraps: true },
  { title: 'WHY', wraps: true },
]

/** Every pod of the nodes, also those that are left alone. */
export function podTable(plan: DrainPlan, { style, noHeaders }: DrainTextOptions): string {
  const many = plan.nodes.length > 1
  const rows = plan.nodes.flatMap((node) =>
    node.pods.map((pod) => [
      ...(many ? [cell(node.name)] : []),
      cell(pod.namespace),
      cell(pod.name),
      cell(pod.owner === undefined ? undefined : `${pod.owner.kind}/${pod.owner.name}`),
      pod.action,
      outcomeText(pod, style),
      cell(pod.budgets.map((budget) => budget.slice(budget.indexOf('/') + 1)).join(',')),
      replacementText(pod, pod.replacement?.nodes ?? []),
      cell(pod.reason ?? pod.replacement?.why),
    ]),
  )
  return table([...(many ? [{ title: 'NODE' }] : []), ...POD_COLUMNS], rows, style, { noHeaders })
}
