import type { PlannedNode, ReasonCode } from '../../drain/types/node.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { listed, plural } from '../../model/text/words.ts'
import { wrap } from '../terminal/wrap.ts'
import type { DrainTextOptions } from './options.ts'
import { DRAINING, firstNames, outageSentence, SHOWN_NAMES } from './words.ts'

type Stuck = NonNullable<DrainPlan['stuck']>[number]

/**
 * `14 of 15 nodes drain in 4 waves, nothing to change. 1 needs a change: w03 (PDB prod/single). Outage: Service
 * prod/lonely in wave 3.` '' for a single node, whose verdict is as short.
 */
export function summarySentences(plan: DrainPlan, wide: boolean): string {
  if (plan.nodes.length < 2) return ''
  return [
    drainSentence(plan),
    lossSentence(plan),
    ...stuckSentences(plan.stuck ?? [], wide),
    commandSentence(plan),
    outageSentence(plan, wide),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

function drainSentence({ nodes, waves, stuck }: DrainPlan): string {
  const drained = waves.flat().length
  if (drained === 0)
    return (stuck ?? []).some(({ verdict }) => verdict === 'Unknown')
      ? `None of the ${nodes.length} nodes is sure to drain as things are.`
      : `None of the ${nodes.length} nodes drains as things are.`
  const all = nodes.length === 2 ? 'Both' : `All ${nodes.length}`
  return `${drained === nodes.length ? all : `${drained} of ${nodes.length}`} nodes drain in ${plural(waves.length, 'wave')}, nothing to change.`
}

/** The exit code is that of one command: where that fails and waves do not, it says so. */
function commandSentence({ nodes, waves }: DrainPlan): string {
  const failing = nodes.filter(({ verdict }) => !DRAINING.includes(verdict)).length
  return failing === 0 || waves.flat().length < nodes.length
    ? ''
    : `With one command for all, ${failing} would not (-o wide).`
}

/** What the waves leave behind. */
function lossSentence({ waveDetails = [] }: DrainPlan): string {
  const lossy = waveDetails.flatMap(({ verdict, missing }, index) =>
    verdict === 'Drains' ? [] : [{ wave: `${index + 1}`, missing }],
  )
  const missing = lossy.reduce((sum, one) => sum + one.missing, 0)
  return lossy.length === 0
    ? ''
    : `${plural(missing, 'pod')} may not come back: ${lossy.length === 1 ? 'wave' : 'waves'} ${listed(lossy.map(({ wave }) => wave))}.`
}

function stuckSentences(stuck: readonly Stuck[], wide: boolean): readonly string[] {
  const unknown = stuck.filter(({ verdict }) => verdict === 'Unknown')
  const change = stuck.filter(({ verdict }) => verdict !== 'Unknown')
  return [
    ...(change.length === 0
      ? []
      : [
          `${change.length} ${change.length === 1 ? 'needs' : 'need'} a change: ${withCauses(change, wide)}.`,
        ]),
    ...(unknown.length === 0 ? [] : [`Of ${unknown.length} it is not known: ${withCauses(unknown, wide)}.`]),
  ]
}

/** `w03 (PDB prod/single), w07 and w08 (--force)`: nodes of one cause together. */
function withCauses(nodes: readonly Stuck[], wide: boolean): string {
  const groups = [...Map.groupBy(nodes, causeOf)]
  const shown = wide ? groups : groups.slice(0, SHOWN_NAMES)
  const hidden = groups.slice(shown.length).flatMap(([, group]) => group).length
  return [
    ...shown.map(([cause, group]) => {
      const names = group.map(({ name }) => name)
      const own =
        wide || names.length <= SHOWN_NAMES
          ? listed(names)
          : `${names.slice(0, SHOWN_NAMES).join(', ')} and ${names.length - SHOWN_NAMES} more`
      return `${own} (${cause})`
    }),
    ...(hidden > 0 ? [`${hidden} more`] : []),
  ].join('; ')
}

/** What stands for a reason in a word or two; of a reason that is about budgets, these do. */
const CAUSES: Readonly<Partial<Record<ReasonCode, string>>> = {
  'daemonset-pods': '--ignore-daemonsets',
  'daemonset-missing': '--force',
  'local-storage': '--delete-emptydir-data',
  'unmanaged-pods': '--force',
  finalizer: 'a finalizer',
  'node-not-ready': 'its kubelet does not report',
  deadline: '--timeout',
  'order-dependent': 'the order of evictions decides',
  'budgets-not-read': 'PDBs were not read',
  'list-not-read': 'a list was not read',
  'not-read': 'a list was not read',
  'not-known': 'see below',
}

function causeOf({ verdict, reasons }: Stuck): string {
  const causes = reasons.flatMap(({ code, budgets, decidedBy, pods }) => {
    if (decidedBy !== undefined) return `${decidedBy} decides about ${firstNames(pods, false)}`
    if (code === 'budget-refuses' || code === 'eviction-fails')
      return budgets.map((budget) => `PDB ${budget}`)
    return CAUSES[code] ?? []
  })
  return listed([...new Set(causes)].slice(0, SHOWN_NAMES)) || verdict
}

/** The nodes that drain in no wave, those of one cause together, with their reasons; '' where all drain. */
export function stuckBlock({ stuck = [] }: DrainPlan, { style, wide }: DrainTextOptions): string {
  if (stuck.length === 0) return ''
  const groups = Map.groupBy(stuck, ({ reasons }) => JSON.stringify(reasons.map(({ text }) => text)))
  const lines = [...groups.values()].flatMap((group) => {
    const [first] = group
    const names = group.map(({ name }) => name)
    return (first?.reasons ?? []).map(({ text, unnamedPods }: PlannedNode['reasons'][number]) => {
      const pods = group.length > 1 || unnamedPods.length === 0 ? '' : ` (${firstNames(unnamedPods, wide)})`
      return wrap(escapeText(`${firstNames(names, wide)}: ${text}${pods}`), style.width, '  ')
    })
  })
  return [style.paint('bold', 'In the way'), ...lines].join('\n')
}
