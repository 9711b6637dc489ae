import type { PlannedBudget } from '../../drain/types/budget.ts'
import type { PlannedFix } from '../../drain/types/fix.ts'
import type { PlannedNode, PlannedPod, Reason } from '../../drain/types/node.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { groupBy, sortedBy } from '../../model/text/sort.ts'
import { listed, plural } from '../../model/text/words.ts'
import { escapeText, type Style } from '../terminal/style.ts'
import { cell, table } from '../terminal/table.ts'
import { wrap } from '../terminal/wrap.ts'
import { DRAINING, drainEachText, some } from './each-node.ts'
import { fateTable, podTable } from './pods.ts'
import { isKnownFix, otherFixes, remedyLine } from './remedy.ts'
import { costText } from './time.ts'
import { wavesText } from './waves.ts'
import { proofText, RISKS, VERDICTS } from './words.ts'

export interface DrainPlanTextOptions {
  readonly style: Style
  readonly wide: boolean
  readonly noHeaders: boolean
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
    summaryLine(plan, style),
    groupedNodes(plan, options).join('\n'),
    remedyBlock(plan, options),
    fixBlock(otherFixes(plan), options),
    wavesText(plan, options),
    costText(plan, options),
    wide ? podTable(plan, options) : fateTable(plan, options),
    budgetTable(plan, options),
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

/** `2 of 3 nodes drain with one command; in 2 waves, all do.` */
function summaryLine({ nodes, waves }: DrainPlan, style: Style): string {
  if (nodes.length < 2) return ''
  const drain = nodes.filter(({ verdict }) => DRAINING.includes(verdict)).length
  const inWaves = waves.flat().length
  const better =
    inWaves <= drain
      ? ''
      : `; in ${plural(waves.length, 'wave')}, ${inWaves === nodes.length ? 'all do' : `${inWaves} do`}`
  const text = `${drain} of ${nodes.length} nodes drain with one command${better}.`
  return style.paint('bold', wrap(text, style.width))
}

/** Nodes that fare alike in one block, the worst first. */
function groupedNodes({ nodes, budgets }: DrainPlan, options: DrainPlanTextOptions): readonly string[] {
  const groups = groupBy(nodes, ({ verdict, reasons }) =>
    JSON.stringify([verdict, reasons.map(({ code, message }) => [code, message])]),
  )
  return sortedBy(groups.values(), ([node]) => [
    ['red', 'yellow', 'green'].indexOf(VERDICTS[node?.verdict ?? 'Unknown'][0]),
  ]).map((group) => nodeBlock(group, budgets, options))
}

function nodeBlock(
  group: readonly PlannedNode[],
  budgets: readonly PlannedBudget[],
  { style, wide }: DrainPlanTextOptions,
): string {
  const [node] = group
  if (node === undefined) return ''
  const [colour, meaning] = VERDICTS[node.verdict]
  const names = escapeText(
    some(
      group.map(({ name }) => name),
      wide,
    ),
  )
  const head = `${style.paint('bold', names)}  ${style.paint(colour, node.verdict)}: ${meaning}`
  const reasons = node.reasons
    .map((reason, index) => ({
      ...reason,
      pods: group.flatMap(({ reasons: own }) => own[index]?.pods ?? []),
    }))
    // Courses of one drain word the same thing in several ways.
    .filter(
      ({ code, pods }, index, all) =>
        wide || index === all.findIndex((one) => one.code === code && `${one.pods}` === `${pods}`),
    )
  return [
    wrap(head, style.width),
    wrap(tally(group.flatMap(({ pods }) => pods)), style.width, INDENT),
    ...reasons.flatMap((reason) => [
      wrap(reasonText(reason, wide), style.width, INDENT),
      ...refusalLines(reason, budgets).map((line) => wrap(line, style.width, `${INDENT}  `)),
    ]),
    ...[...new Set(group.flatMap(({ warnings }) => warnings))]
      .filter((warning) => wide || !warning.startsWith('ignoring DaemonSet'))
      .map((warning) =>
        wrap(style.paint('dim', escapeText(`kubectl warns: ${warning}`)), style.width, INDENT),
      ),
  ].join('\n')
}

/** The numbers of a budget that refuses, and what kubectl will print over and over. */
function refusalLines({ code, budgets: refs }: Reason, budgets: readonly PlannedBudget[]): readonly string[] {
  if (code !== 'budget-refuses') return []
  const concerned = budgets.filter(({ namespace, name }) => refs.includes(`${namespace}/${name}`))
  return [
    ...concerned.map(
      (one) =>
        `at the start ${one.currentHealthyBefore} healthy, ${one.desiredHealthyBefore} needed, ${plural(one.allowedBefore, 'disruption')} allowed; when it refuses ${one.currentHealthyAfter} healthy, ${one.desiredHealthyAfter} needed`,
    ),
    `kubectl prints, every 5 s: Cannot evict pod as it would violate the pod's disruption budget.`,
  ]
}

/** `5 pods go, 1 stays; left alone: 2 DaemonSet pods, 1 static pod`. */
function tally(pods: readonly PlannedPod[]): string {
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

/** `These 2 changes together make them drain, in 1 wave:`, with each of them; '' where one proven fix is enough. */
function remedyBlock(plan: DrainPlan, options: DrainPlanTextOptions): string {
  const { remedy } = plan
  if (remedy === undefined || isKnownFix(plan)) return ''
  return [
    wrap(options.style.paint('bold', remedyLine(remedy)), options.style.width),
    ...fixLines(remedy.fixes, options),
  ].join('\n')
}

function fixBlock(fixes: readonly PlannedFix[], { style, wide }: DrainPlanTextOptions): string {
  if (fixes.length === 0) return ''
  return [style.paint('bold', 'What to do'), ...fixLines(fixes, { style, wide })].join('\n')
}

function fixLines(
  fixes: readonly PlannedFix[],
  { style, wide }: Pick<DrainPlanTextOptions, 'style' | 'wide'>,
): readonly string[] {
  const shown = wide ? fixes : fixes.slice(0, 4)
  const lines = shown.flatMap(({ title, risk, command, ...fix }, index) => [
    wrap(escapeText(`${index + 1}. ${title} (${RISKS[risk]}, ${proofText(fix)})`), style.width, INDENT),
    ...(command === undefined ? [] : [`${INDENT}   ${style.paint('cyan', escapeText(command))}`]),
  ])
  const hidden = fixes.length - shown.length
  return [...lines, ...(hidden > 0 ? [`${INDENT}${hidden} more with -o wide`] : [])]
}

/** In the wide form: the numbers that a refusal or a wave leaves out. */
function budgetTable(plan: DrainPlan, { style, wide, noHeaders }: DrainPlanTextOptions): string {
  if (!wide) return ''
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

const assumptionBlock = ({ assumptions }: DrainPlan, style: Style): string =>
  assumptions.length === 0
    ? ''
    : ['Assumed:', ...assumptions.map((line) => wrap(escapeText(line), style.width, INDENT))].join('\n')
