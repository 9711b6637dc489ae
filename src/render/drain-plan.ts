import type { DrainPlan, PlannedFix, PlannedNode, PlannedPod, Reason } from '../drain/types.ts'
import type { Verdict } from '../drain/verdict.ts'
import type { Risk } from '../model/finding.ts'
import { listed, plural } from '../model/text.ts'
import { DRAINING, drainEachText } from './drain-each.ts'
import { type Colour, escapeText, type Style, wrap } from './style.ts'
import { type Column, cell, table } from './table.ts'

export interface DrainPlanTextOptions {
  readonly style: Style
  readonly wide: boolean
  readonly noHeaders: boolean
}

const VERDICTS: Readonly<Record<Verdict, readonly [colour: Colour, meaning: string]>> = {
  Drains: ['green', 'kubectl drain ends, and every replacement finds a place'],
  DrainsDegraded: ['yellow', 'kubectl drain ends, but not every pod comes back'],
  OrderDependent: ['yellow', 'chance decides whether kubectl drain ends'],
  Unknown: ['yellow', 'not decidable from what was read'],
  Waits: ['red', 'a pod that is evicted never goes'],
  Fails: ['red', 'some evictions fail for good; the others happen'],
  Refused: ['red', 'kubectl drain refuses at once and evicts nothing'],
  Blocks: ['red', 'kubectl drain does not end by itself'],
}

const RISKS: Readonly<Record<Risk, string>> = {
  Inspect: 'changes nothing',
  Low: 'low risk',
  Disruptive: 'disruptive',
  Destructive: 'destructive',
}

/** Pods that a reason names before it only counts them. */
const SHOWN_PODS = 4
const INDENT = '  '

/**
 * A drain plan for people: each node's verdict with the reason, what to do first, then pods, budgets and waves. Ends
 * with a line feed. What was not read is not in it: see `gapLines`.
 */
export function drainPlanText(plan: DrainPlan, options: DrainPlanTextOptions): string {
  if (plan.nodes.length === 0) return 'No nodes found.\n'
  if (plan.scope === 'EachAlone') return drainEachText(plan, options)
  const { style, wide } = options
  const parts = [
    plan.nodes.map((node) => nodeBlock(node, options)).join('\n'),
    fixBlock(plan.fixes, options),
    podTable(plan, options),
    budgetTable(plan, options),
    wavesLine(plan, style),
    wide ? assumptionBlock(plan, style) : '',
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** `node/n1` for `-o name`: the nodes of the waves, in their order; with --all-nodes those that drain. */
export const drainPlanNames = ({ scope, nodes, waves }: DrainPlan): readonly string[] =>
  (scope === 'EachAlone'
    ? nodes.filter(({ verdict }) => DRAINING.includes(verdict)).map(({ name }) => name)
    : waves.flat()
  ).map((name) => escapeText(`node/${name}`))

function nodeBlock(node: PlannedNode, { style, wide }: DrainPlanTextOptions): string {
  const [colour, meaning] = VERDICTS[node.verdict]
  const head = `${style.paint('bold', escapeText(node.name))}  ${style.paint(colour, node.verdict)}: ${meaning}`
  return [
    wrap(head, style.width),
    wrap(tally(node), style.width, INDENT),
    ...node.reasons.map((reason) => wrap(reasonText(reason, wide), style.width, INDENT)),
    ...node.warnings
      .filter((warning) => wide || !warning.startsWith('ignoring DaemonSet'))
      .map((warning) =>
        wrap(style.paint('dim', escapeText(`kubectl warns: ${warning}`)), style.width, INDENT),
      ),
  ].join('\n')
}

/** `5 pods go, 1 stays; left alone: 2 DaemonSet pods, 1 static pod`. */
function tally({ pods }: PlannedNode): string {
  const skipped = pods.filter(({ action }) => action === 'Skip')
  const handled = pods.filter(({ action }) => action !== 'Skip')
  const count = (outcome: PlannedPod['outcome']) => handled.filter((pod) => pod.outcome === outcome).length
  const [gone, remains, either] = [count('Gone'), count('Remains'), count('Either')]
  const parts = [
    ...(gone > 0 || handled.length === 0 ? [`${plural(gone, 'pod')} ${gone === 1 ? 'goes' : 'go'}`] : []),
    ...(remains > 0 ? [`${plural(remains, 'pod')} ${remains === 1 ? 'stays' : 'stay'}`] : []),
    ...(either > 0 ? [`${plural(either, 'pod')} may go or stay`] : []),
  ]
  const daemons = skipped.filter(({ owner }) => owner?.kind === 'DaemonSet').length
  const others = skipped.length - daemons
  const alone = [
    ...(daemons > 0 ? [plural(daemons, 'DaemonSet pod')] : []),
    ...(others > 0 ? [plural(others, 'static or terminating pod')] : []),
  ]
  return [parts.join(', '), ...(alone.length > 0 ? [`left alone: ${listed(alone)}`] : [])].join('; ')
}

function reasonText({ message, pods, budgets, code }: Reason, wide: boolean): string {
  const named = pods.filter((pod) => !message.includes(pod))
  const shown = wide ? named : named.slice(0, SHOWN_PODS)
  const more = named.length - shown.length
  const about = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ')
  const tail = about === '' ? '' : ` (${about})`
  return escapeText(`${withBudget(message, budgets)}${tail}${wide ? ` [${code}]` : ''}`)
}

/** The API server names a budget without its namespace, and an error about two budgets names none. */
function withBudget(message: string, budgets: readonly string[]): string {
  const [only] = budgets
  const start = 'The disruption budget '
  if (only === undefined) return message
  if (budgets.length > 1 || !message.startsWith(start)) return `${message} Budgets: ${budgets.join(', ')}`
  const name = only.slice(only.indexOf('/') + 1)
  return `budget ${only}${message.slice(start.length + name.length)}`
}

function fixBlock(fixes: readonly PlannedFix[], { style, wide }: DrainPlanTextOptions): string {
  if (fixes.length === 0) return ''
  const shown = wide ? fixes : fixes.slice(0, 4)
  const lines = shown.flatMap(({ title, risk, command, proven }, index) => [
    wrap(
      escapeText(
        `${index + 1}. ${title} (${RISKS[risk]}${proven ? ', proven: with it the plan drains' : ''})`,
      ),
      style.width,
      INDENT,
    ),
    ...(command === undefined ? [] : [`${INDENT}   ${style.paint('cyan', escapeText(command))}`]),
  ])
  const hidden = fixes.length - shown.length
  return [
    style.paint('bold', 'What to do'),
    ...lines,
    ...(hidden > 0 ? [`${INDENT}${hidden} more with -o wide`] : []),
  ].join('\n')
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

/** Narrow terminals lose what the rest of the report says as well, rather than a wrapped mess. */
const NARROW = 120
const KEPT = [0, 1, 3, 4, 6]

function podTable(plan: DrainPlan, { style, wide, noHeaders }: DrainPlanTextOptions): string {
  const many = plan.nodes.length > 1
  const rows = plan.nodes.flatMap((node) =>
    node.pods
      .filter(({ action }) => wide || action !== 'Skip')
      .map((pod) => [...(many ? [cell(node.name)] : []), ...podRow(pod, style)]),
  )
  const columns = [...(many ? [{ title: 'NODE' }] : []), ...POD_COLUMNS]
  if (wide || style.width === undefined || style.width >= NARROW)
    return table(columns, rows, style, { noHeaders })
  const kept = many ? [0, ...KEPT.map((index) => index + 1)] : KEPT
  const pick = <T>(items: readonly T[]): T[] => items.filter((_, index) => kept.includes(index))
  const text = table(pick(columns), rows.map(pick), style, { noHeaders })
  return text === ''
    ? ''
    : `${text}\n${style.paint('dim', 'Owners, budgets and reasons of each pod: -o wide.')}`
}

function podRow(pod: PlannedPod, style: Style): string[] {
  const colour: Colour = pod.outcome === 'Gone' || pod.action === 'Skip' ? 'green' : 'red'
  return [
    cell(pod.namespace),
    cell(pod.name),
    cell(pod.owner === undefined ? undefined : `${pod.owner.kind}/${pod.owner.name}`),
    pod.action,
    style.paint(pod.outcome === 'Either' ? 'yellow' : colour, pod.outcome),
    cell(pod.budgets.map((budget) => budget.slice(budget.indexOf('/') + 1)).join(',')),
    replacementText(pod),
    cell(pod.reason ?? pod.replacement?.why),
  ]
}

/** Candidate nodes that the table names before it only counts them. */
const SHOWN_NODES = 3

function replacementText({ replacement }: PlannedPod): string {
  if (replacement === undefined) return cell(undefined)
  const { fate, nodes } = replacement
  const more = nodes.length - SHOWN_NODES
  const shown = nodes.slice(0, SHOWN_NODES).join(',')
  return nodes.length === 0 ? fate : escapeText(`${fate} ${shown}${more > 0 ? ` +${more}` : ''}`)
}

function budgetTable(plan: DrainPlan, { style, noHeaders }: DrainPlanTextOptions): string {
  const change = (before: number, after: number) => (before === after ? `${before}` : `${before} -> ${after}`)
  return table(
    [
      { title: 'NAMESPACE' },
      { title: 'BUDGET' },
      { title: 'ALLOWED' },
      { title: 'HEALTHY' },
      { title: 'DESIRED' },
      { title: 'REFUSES', wraps: true },
    ],
    plan.budgets.map((budget) => [
      cell(budget.namespace),
      cell(budget.name),
      change(budget.allowedBefore, budget.allowedAfter),
      change(budget.currentHealthyBefore, budget.currentHealthyAfter),
      change(budget.desiredHealthyBefore, budget.desiredHealthyAfter),
      cell(budget.refusal),
    ]),
    style,
    { noHeaders },
  )
}

/** `Waves: n1 n4, then n2`. */
function wavesLine({ waves, nodes, waveMode }: DrainPlan, style: Style): string {
  if (nodes.length < 2) return ''
  if (waves.length === 0) return 'Waves: none of the nodes drains as things are.'
  const text = waves.map((group) => group.map((name) => escapeText(name)).join(' ')).join(', then ')
  const meaning =
    waves.length < 2
      ? ''
      : waveMode === 'Removed'
        ? ' (all cordoned from the start, and removed for good)'
        : ' (uncordoned again before the next wave)'
  return wrap(`Waves: ${text}${meaning}`, style.width)
}

const assumptionBlock = ({ assumptions }: DrainPlan, style: Style): string =>
  assumptions.length === 0
    ? ''
    : ['Assumed:', ...assumptions.map((line) => wrap(escapeText(line), style.width, INDENT))].join('\n')
