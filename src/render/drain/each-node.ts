import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { listed, plural } from '../../model/text/words.ts'
import { cell, table } from '../terminal/table.ts'
import { wrap } from '../terminal/wrap.ts'
import { faultBlock } from './faults.ts'
import type { DrainTextOptions } from './options.ts'
import { staleBlock } from './stale.ts'
import { DRAINING, firstNames, followedLine, outageSentence } from './words.ts'

const INDENT = '  '

/** A pre-flight for people: how many nodes drain, what keeps the others, budgets that never give, and all nodes. */
export function drainEachText(plan: DrainPlan, { style, wide, noHeaders }: DrainTextOptions): string {
  const drain = plan.nodes.filter(({ verdict }) => DRAINING.includes(verdict)).length
  const obstacles = (plan.obstacles ?? []).flatMap(({ message, budgets, nodes, pods }) => [
    wrap(
      escapeText(
        `${plural(nodes.length, 'node')}: ${message}${inBrackets(budgets)} (${plural(pods, 'pod')}; ${firstNames(nodes, wide)})`,
      ),
      style.width,
      INDENT,
    ),
  ])
  const verdicts = table(
    [{ title: 'NODE' }, { title: 'VERDICT' }, { title: 'WHY', wraps: true }],
    plan.nodes.map(({ name, verdict, reasons }) => [
      cell(name),
      verdict,
      cell(listed([...new Set(reasons.map(({ code }) => code))]) || undefined),
    ]),
    style,
    { noHeaders },
  )
  return `${[
    wrap(
      escapeText(
        [
          `${drain} of ${plural(plan.nodes.length, 'node')} can be drained, one at a time.`,
          outageSentence(plan, wide),
        ]
          .filter((sentence) => sentence !== '')
          .join(' '),
      ),
      style.width,
    ),
    ...(obstacles.length > 0 ? [[style.paint('bold', 'In the way'), ...obstacles].join('\n')] : []),
    faultBlock(plan, { style, wide, noHeaders }),
    verdicts,
    staleBlock(plan, style),
    followedLine(plan, style),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`
}

const inBrackets = (names: readonly string[]): string => (names.length === 0 ? '' : ` [${names.join(', ')}]`)
