import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { plural } from '../../model/text/words.ts'
import type { Style } from '../terminal/style.ts'
import { cell, table } from '../terminal/table.ts'
import { wrap } from '../terminal/wrap.ts'
import { drainEachText } from './each-node.ts'
import { fixBlock, remedyBlock } from './fixes.ts'
import { groupedNodes } from './nodes.ts'
import type { DrainTextOptions } from './options.ts'
import { fateTable, podTable } from './pods.ts'
import { otherFixes } from './remedy.ts'
import { staleBlock } from './stale.ts'
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
  const parts = [
    summaryLine(plan, style),
    groupedNodes(plan, options).join('\n'),
    staleBlock(plan, style),
    remedyBlock(plan, options),
    fixBlock(otherFixes(plan), options),
    wavesText(plan, options),
    costText(plan, options),
    wide ? podTable(plan, options) : fateTable(plan, options),
    budgetTable(plan, options),
    wide ? assumptionBlock(plan, style) : '',
    followedLine(plan, style),
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
  const many = inWaves === nodes.length ? 'all' : `${inWaves}`
  const better = inWaves > drain ? `; in ${plural(waves.length, 'wave')}, ${many} do` : ''
  const text = `${drain} of ${nodes.length} nodes drain with one command${better}.`
  return style.paint('bold', wrap(text, style.width))
}

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
