import type { DrainPlan } from '../../drain/types/plan.ts'
import type { PlannedWave, WaveBudget, WaveService } from '../../drain/types/wave.ts'
import { escapeText } from '../../model/text/escape.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { plural } from '../../model/text/words.ts'
import type { Colour, Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'
import { secondsText } from './time.ts'

interface Glyph {
  readonly glyph: string
  readonly ascii: string
  readonly colour: Colour
  readonly meaning: string
}

/** What a bar is made of, from left to right. */
const STAYS: Glyph = { glyph: '█', ascii: '#', colour: 'green', meaning: 'stays healthy' }
const RETURNS: Glyph = { glyph: '▒', ascii: '+', colour: 'yellow', meaning: 'goes and comes back' }
const LOST: Glyph = { glyph: '░', ascii: '-', colour: 'red', meaning: 'not back when it ends' }
const NEEDED: Glyph = { glyph: '│', ascii: '|', colour: 'bold', meaning: 'least that the PDB wants' }
const LEGEND: readonly Glyph[] = [STAYS, RETURNS, LOST, NEEDED]

const BAR = 12
const INDENT = '  '
/** Budgets of a wave that are drawn before the rest is only counted. */
const SHOWN = 6

const shown = ({ glyph, ascii, colour }: Glyph, style: Style, count = 1): string =>
  count <= 0 ? '' : style.paint(colour, (style.ascii ? ascii : glyph).repeat(count))

/**
 * The waves of a plan, each with its nodes and its budgets: how far they go down, and what comes back. '' where nothing
 * drains. Lines fit the width of the style, but for names that are longer than it. Ends without a line feed.
 */
export function wavesText(
  plan: DrainPlan,
  options: { readonly style: Style; readonly wide: boolean },
): string {
  const { style } = options
  const waves = plan.waveDetails ?? []
  // The one command of the verdicts has been told; what is left to draw is what it does to the budgets.
  if (waves.length === 0 || (plan.nodes.length === 1 && waves.every(({ budgets }) => budgets.length === 0)))
    return ''
  const drawn = waves.some(({ budgets }) => budgets.length > 0) && isDrawn(plan, options.wide)
  return [
    style.paint('bold', wrap(title(plan), style.width)),
    ...waves.map((wave, index) => waveText(wave, index, plan, options)),
    ...(drawn ? [style.paint('dim', wrap(legend(style), style.width, INDENT))] : []),
  ].join('\n')
}

/** More waves than this are a list of nodes; their budgets are drawn in the wide form. */
const DRAWN_WAVES = 6

const isDrawn = ({ waveDetails = [] }: DrainPlan, wide: boolean): boolean =>
  wide || waveDetails.length <= DRAWN_WAVES

/** Says what becomes of the nodes of earlier waves: the plan depends on it. */
function title({ nodes, waves, waveMode, onePerZone }: DrainPlan): string {
  if (nodes.length === 1) return 'PDBs while it drains'
  const notes = [
    ...(waves.length < 2
      ? []
      : [
          waveMode === 'Removed'
            ? 'all cordoned from the start, and removed for good'
            : 'uncordoned again before the next wave',
        ]),
    ...(onePerZone ? ['at most one node of a zone at a time, --max-parallel for more'] : []),
  ]
  return notes.length === 0 ? 'Waves' : `Waves (${notes.join('; ')})`
}

const legend = (style: Style): string =>
  LEGEND.map(({ glyph, ascii, meaning }) => `${style.ascii ? ascii : glyph} ${meaning}`).join('; ')

function waveText(
  { nodes, pods, missing, budgets, verdict, services = [] }: PlannedWave,
  index: number,
  plan: DrainPlan,
  { style, wide }: { readonly style: Style; readonly wide: boolean },
): string {
  const tightest = sortedBy(budgets, ({ healthyLowest, desiredHealthy, namespace, name }) => [
    healthyLowest - desiredHealthy,
    namespace,
    name,
  ])
  const drawn = isDrawn(plan, wide)
  const listed = wide ? tightest : tightest.slice(0, drawn ? SHOWN : 0)
  const hidden = drawn ? tightest.length - listed.length : 0
  const seconds = plan.cost?.waves[index]?.seconds
  const time = seconds === undefined ? '' : `, ${secondsText(seconds)}`
  const lost = verdict === 'Drains' ? '' : `; ${missing} may not come back`
  const names = nodes.map((name) => escapeText(name)).join(', ')
  return [
    ...(plan.nodes.length === 1
      ? []
      : [wrap(`${index + 1}. ${names} (${plural(pods, 'pod')}${time}${lost})`, style.width, INDENT)]),
    ...budgetLines(listed, style),
    ...(plan.nodes.length === 1 ? [] : serviceLines(services, style, wide)),
    ...(hidden > 0 ? [`${INDENT}   ${plural(hidden, 'more PDB')} with -o wide`] : []),
  ].join('\n')
}

/** Services that lose all of their backends in a wave; in the wide form also those that lose some. */
function serviceLines(services: readonly WaveService[], style: Style, wide: boolean): readonly string[] {
  const fewer = services.filter(({ readyBefore, readyLowest }) => readyLowest < readyBefore)
  const outages = fewer.filter(({ readyLowest }) => readyLowest === 0)
  const partial = fewer.filter(({ readyLowest }) => readyLowest > 0)
  const name = (one: WaveService) => `Service ${escapeText(`${one.namespace}/${one.name}`)}`
  const lines = [
    ...outages.map((one) => style.paint('red', `${name(one)}: no ready backend at the worst moment`)),
    ...(wide
      ? partial.map(
          (one) => `${name(one)}: ${one.readyLowest} of ${plural(one.readyBefore, 'ready backend')}`,
        )
      : []),
  ]
  return lines.map((line) => wrap(line, style.width, `${INDENT}   `))
}

function budgetLines(budgets: readonly WaveBudget[], style: Style): readonly string[] {
  const label = ({ namespace, name }: WaveBudget) => escapeText(`${namespace}/${name}`)
  const widest = Math.max(0, ...budgets.map((budget) => label(budget).length))
  const [to, prefix] = [style.ascii ? ' -> ' : ' → ', `${INDENT}   `]
  return budgets.map((budget) => {
    const { healthyBefore, healthyLowest, healthyAfter, desiredHealthy } = budget
    const numbers = `${[healthyBefore, healthyLowest, healthyAfter].join(to)} healthy, ${desiredHealthy} needed`
    const room = style.width === undefined ? widest : style.width - prefix.length - BAR - 5 - numbers.length
    const line = `${bar(budget, style)}  ${numbers}`
    return widest <= room
      ? `${prefix}${label(budget).padEnd(widest)}  ${line}`
      : `${prefix}${label(budget)}\n${prefix}  ${line}`
  })
}

/** Expected pods as a bar of fixed length, with a stroke behind the least that are wanted. */
function bar(
  { healthyBefore, healthyLowest, healthyAfter, desiredHealthy, expectedPods }: WaveBudget,
  style: Style,
): string {
  const most = Math.max(1, expectedPods, healthyBefore, healthyAfter, desiredHealthy)
  const column = (count: number) => Math.round((Math.max(0, count) / most) * BAR)
  const at = column(desiredHealthy)
  const cells = Array.from({ length: BAR }, (_, index): string => {
    if (index < column(healthyLowest)) return shown(STAYS, style)
    if (index < column(healthyAfter)) return shown(RETURNS, style)
    return index < column(healthyBefore) ? shown(LOST, style) : ' '
  })
  return [...cells.slice(0, at), shown(NEEDED, style), ...cells.slice(at)].join('')
}
