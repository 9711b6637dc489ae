import type { PlannedBudget } from '../../drain/types/budget.ts'
import type { PlannedNode, PlannedPod, PlannedReason, Reason } from '../../drain/types/node.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { listed, plural } from '../../model/text/words.ts'
import { wrap } from '../terminal/wrap.ts'
import type { DrainTextOptions } from './options.ts'
import { firstNames, meaningOf, outageSentence, VERDICTS } from './words.ts'

/** Pods that a reason names before it only counts them. */
const SHOWN_PODS = 4
const INDENT = '  '

/** Nodes that fare alike in one block, the worst first. */
export function groupedNodes(plan: DrainPlan, options: DrainTextOptions): readonly string[] {
  const { nodes, budgets } = plan
  const outage = nodes.length === 1 ? outageSentence(plan, options.wide) : ''
  const groups = Map.groupBy(nodes, ({ verdict, reasons }) =>
    JSON.stringify([verdict, reasons.map(({ code, message }) => [code, message])]),
  )
  return sortedBy(groups.values(), ([node]) => [
    ['red', 'yellow', 'green'].indexOf(VERDICTS[node?.verdict ?? 'Unknown'][0]),
  ]).map((group) => nodeBlock(group, budgets, outage, options))
}

function nodeBlock(
  group: readonly PlannedNode[],
  budgets: readonly PlannedBudget[],
  outage: string,
  { style, wide }: DrainTextOptions,
): string {
  const [node] = group
  if (node === undefined) return ''
  const [colour] = VERDICTS[node.verdict]
  const meaning = meaningOf({ ...node, pods: group.flatMap(({ pods }) => pods) })
  const names = escapeText(
    firstNames(
      group.map(({ name }) => name),
      wide,
    ),
  )
  const head = `${style.paint('bold', names)}  ${style.paint(colour, node.verdict)}: ${meaning}${outage === '' ? '' : `. ${style.paint('red', escapeText(outage))}`}`
  const reasons = node.reasons
    .map((reason, index) => ({
      ...reason,
      pods: group.flatMap(({ reasons: own }) => own[index]?.pods ?? []),
      unnamedPods: group.flatMap(({ reasons: own }) => own[index]?.unnamedPods ?? []),
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
      ...(wide ? refusalLines(reason, budgets) : []).map((line) => wrap(line, style.width, `${INDENT}  `)),
    ]),
    ...warningLines(group, wide).map((line) => wrap(style.paint('dim', line), style.width, INDENT)),
  ].join('\n')
}

/** kubectl's warnings; that it ignores DaemonSets is to be expected, and only in the wide form. */
function warningLines(group: readonly PlannedNode[], wide: boolean): readonly string[] {
  const warnings = group.flatMap((node) => node.warnings)
  const shown = warnings.filter(({ code }) => wide || code !== 'daemonset-pods-ignored')
  return [...new Set(shown.map(({ message }) => escapeText(`kubectl warns: ${message}`)))]
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

/** What pods do, one of them and several. */
const OUTCOMES: readonly {
  readonly outcome: PlannedPod['outcome']
  readonly one: string
  readonly several: string
}[] = [
  { outcome: 'Gone', one: 'evicted', several: 'evicted' },
  { outcome: 'Remains', one: 'stays', several: 'stay' },
  { outcome: 'Either', one: 'may be evicted or stay', several: 'may be evicted or stay' },
]

/** `5 pods evicted, 1 pod stays; left alone: 2 DaemonSet pods, 1 static pod`. */
function tally(pods: readonly PlannedPod[]): string {
  const skipped = pods.filter(({ action }) => action === 'Skip')
  const handled = pods.filter(({ action }) => action !== 'Skip')
  const parts = OUTCOMES.flatMap(({ outcome, one, several }) => {
    const count = handled.filter((pod) => pod.outcome === outcome).length
    return count === 0 ? [] : [`${plural(count, 'pod')} ${count === 1 ? one : several}`]
  })
  const daemons = skipped.filter(({ owner }) => owner?.kind === 'DaemonSet').length
  const others = skipped.length - daemons
  const alone = [
    ...(daemons > 0 ? [plural(daemons, 'DaemonSet pod')] : []),
    ...(others > 0 ? [plural(others, 'static or terminating pod')] : []),
  ]
  return [
    parts.join(', ') || '0 pods evicted',
    ...(alone.length > 0 ? [`left alone: ${listed(alone)}`] : []),
  ].join('; ')
}

function reasonText({ text, unnamedPods, code }: PlannedReason, wide: boolean): string {
  const shown = wide ? unnamedPods : unnamedPods.slice(0, SHOWN_PODS)
  const more = unnamedPods.length - shown.length
  const about = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ')
  return escapeText(`${text}${about === '' ? '' : ` (${about})`}${wide ? ` [${code}]` : ''}`)
}
