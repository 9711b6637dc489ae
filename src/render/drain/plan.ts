import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import type { Style } from '../terminal/style.ts'
import { cell, table } from '../terminal/table.ts'
import { wrap } from '../terminal/wrap.ts'
import { drainEachText } from './each-node.ts'
import { faultBlock } from './faults.ts'
import { fixBlock, remedyBlock } from './fixes.ts'
import { groupedNodes } from './nodes.ts'
import type { DrainTextOptions } from './options.ts'
import { fateTable, podTable } from './pods.ts'
import { otherFixes } from './remedy.ts'
import { staleBlock } from './stale.ts'
import { stuckBlock, summarySentences } from './summary.ts'
import { costText } from './time.ts'
import { wavesText } from './waves.ts'
import { DRAINING, followedLine } from './words.ts'

const INDENT = '  '

/**
 * A drain plan for people: each node's verdict with the reason, what to do first, then pods, budgets and waves. Ends
 * with a line feed. What was not read is not in it: see `gapLines`.
 */
export function drainPlanText(plan: DrainPlan, options: DrainTextOptions): string {
  if (plan.nodes.length === 0) return 'No nodes found.\n'
  if (plan.scope === 'EachAlone') return drainEachText(plan, options)
  const { style, wide } = options
  const parts = plan.nodes.length === 1 ? nodeParts(plan, options) : poolParts(plan, options)
  const text = [
    ...parts,
    budgetTable(plan, options),
    wide ? assumptionBlock(plan, style) : '',
    followedLine(plan, style),
  ]
  return `${text.filter((part) => part !== '').join('\n\n')}\n`
}

/** Of one node: its verdict, what to do, then what happens. */
const nodeParts = (plan: DrainPlan, options: DrainTextOptions): readonly string[] => [
  groupedNodes(plan, options).join('\n'),
  staleBlock(plan, options.style),
  faultBlock(plan, options),
  remedyBlock(plan, options),
  fixBlock(otherFixes(plan), options),
  wavesText(plan, options),
  costText(plan, options),
  options.wide ? podTable(plan, options) : fateTable(plan, options),
]

/** Of several: one sentence, the waves, and the changes for nodes that need one; what one command does only if asked. */
function poolParts(plan: DrainPlan, options: DrainTextOptions): readonly string[] {
  const { style, wide } = options
  const known = remedyBlock(plan, options)
  const isStuck = (plan.stuck ?? []).length > 0
  return [
    style.paint('bold', wrap(escapeText(summarySentences(plan, wide)), style.width)),
    wavesText(plan, options),
    stuckBlock(plan, options),
    staleBlock(plan, style),
    faultBlock(plan, options),
    isStuck ? known : '',
    isStuck && (known === '' || wide) ? fixBlock(otherFixes(plan), options) : '',
    wide ? [style.paint('bold', 'All in one command'), ...groupedNodes(plan, options)].join('\n') : '',
    wide ? costText(plan, options) : '',
    wide ? podTable(plan, options) : '',
  ]
}

/** `node/n1` for `-o name`: the nodes of the waves, in their order; with --all-nodes those that drain. */
export const drainPlanNames = ({ scope, nodes, waves }: DrainPlan): readonly string[] =>
  (scope === 'EachAlone'
    ? nodes.filter(({ verdict }) => DRAINING.includes(verdict)).map(({ name }) => name)
    : waves.flat()
  ).map((name) => escapeText(`node/${name}`))

/** In the wide form: the numbers that a refusal or a wave leaves out. */
function budgetTable(plan: DrainPlan, { style, wide, noHeaders }: DrainTextOptions): string {
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
