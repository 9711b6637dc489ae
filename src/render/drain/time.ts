import type { Seconds } from '../../drain/types/duration.ts'
import type { ServiceBackends, SinglePoint } from '../../drain/types/loss.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import { escapeText } from '../../model/text/escape.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { humanDuration } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import type { Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'

const INDENT = '  '
/** Services that lose a part of their backends, and single replicas, before the rest is only counted. */
const SHOWN = 4

/**
 * What a drain costs: how long it takes, which Services it leaves with fewer backends or with none, and what it
 * interrupts without any budget objecting. '' where it costs nothing that is known. Ends without a line feed.
 */
export function costText(
  plan: DrainPlan,
  { style, wide }: { readonly style: Style; readonly wide: boolean },
): string {
  const lines = [
    ...timeLines(plan, wide),
    ...serviceLines(plan.services ?? [], style, wide),
    ...singlePointLines(plan.singlePoints ?? [], style, wide),
  ]
  return lines.length === 0
    ? ''
    : [style.paint('bold', 'What it costs'), ...lines.map((line) => wrap(line, style.width, INDENT))].join(
        '\n',
      )
}

function timeLines({ cost }: DrainPlan, wide: boolean): readonly string[] {
  if (cost === undefined) return []
  const waves = wide && cost.waves.length > 1 ? cost.waves : []
  return [
    ...(cost.seconds === undefined
      ? []
      : [`time: ${secondsText(cost.seconds)}, without image pulls and the work on the nodes`]),
    ...waves.flatMap(({ seconds }, index) =>
      seconds === undefined ? [] : [`time of wave ${index + 1}: ${secondsText(seconds)}`],
    ),
  ]
}

/** `up to 8s`, `20s to 91s`, `at least 40s`. */
export function secondsText({ min, max }: Seconds): string {
  if (max === undefined) return `at least ${humanDuration(min)}`
  if (min === max) return `about ${humanDuration(max)}`
  return min === 0 ? `up to ${humanDuration(max)}` : `${humanDuration(min)} to ${humanDuration(max)}`
}

function serviceLines(services: readonly ServiceBackends[], style: Style, wide: boolean): readonly string[] {
  const fewer = sortedBy(
    services.filter(({ readyBefore, readyLowest }) => readyLowest < readyBefore),
    ({ readyLowest, namespace, name, node }) => [readyLowest, namespace, name, node],
  )
  const outages = fewer.filter(({ readyLowest }) => readyLowest === 0)
  const partial = fewer.filter(({ readyLowest }) => readyLowest > 0)
  const shown = wide ? partial : partial.slice(0, SHOWN)
  const hidden = partial.length - shown.length
  const name = ({ namespace, name: own }: ServiceBackends) => escapeText(`${namespace}/${own}`)
  return [
    ...outages.map((one) =>
      style.paint('red', `Service ${name(one)} has no ready backend while ${escapeText(one.node)} drains`),
    ),
    ...shown.map(
      (one) =>
        `Service ${name(one)} goes down to ${one.readyLowest} of ${plural(one.readyBefore, 'ready backend')} while ${escapeText(one.node)} drains`,
    ),
    ...(hidden > 0 ? [`${plural(hidden, 'more Service')} with fewer backends (-o wide)`] : []),
  ]
}

function singlePointLines(points: readonly SinglePoint[], style: Style, wide: boolean): readonly string[] {
  const shown = wide ? points : points.slice(0, SHOWN)
  const hidden = points.length - shown.length
  return [
    ...shown.map(({ namespace, kind, name, node }) =>
      style.paint(
        'yellow',
        escapeText(
          `${kind} ${namespace}/${name} has one replica on ${node} and no PDB: the drain interrupts it, and nothing objects`,
        ),
      ),
    ),
    ...(hidden > 0 ? [`${plural(hidden, 'more single replica')} without a PDB (-o wide)`] : []),
  ]
}
