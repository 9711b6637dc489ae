import stringWidth from 'string-width'
import { type UserEffect, userEffectRank } from '../../model/report/user-effect.ts'
import { escapeText } from '../../model/text/escape.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { listed, plural } from '../../model/text/words.ts'
import type { Colour, Style } from '../terminal/style.ts'
import { firstColumns } from '../terminal/width.ts'
import { hanging } from '../terminal/wrap.ts'

/** One thing that is wrong, as a line of the summary has it. */
export interface Trouble {
  readonly effect: UserEffect
  /** `Deployment shop/web`. */
  readonly subject: string
  readonly summary: string
}

/** In a word or two, which also stand behind a number: `12 restarting`. */
export const EFFECT_WORDS: Readonly<Record<UserEffect, string>> = {
  Outage: 'outage',
  RolloutStuck: 'rollout stuck',
  NotStarted: 'not started',
  Restarting: 'restarting',
  Unready: 'not ready',
  OtherError: 'error',
  Warning: 'warning',
  Starting: 'starting',
  Remark: 'remark',
}

const COLOURS: Readonly<Partial<Record<UserEffect, Colour>>> = {
  Warning: 'yellow',
  Starting: 'yellow',
  Remark: 'cyan',
}

/** Lines of a summary that is not wide: they leave room for the first block on a screen. */
const LINES = 10
/** Subjects that share a line are named up to here. */
const NAMED = 2
/** The longest label, with its indent and a gap. */
const LABEL = 17
/** A line is cut here in a pipe; on a terminal at its width, and on one that is too narrow for that goes on below. */
const COLUMNS = 140
const NARROW = 100

/**
 * `  restarting     Deployment shop/cart: container is killed because it runs out of memory`: one line for each trouble,
 * in the order given, which is that of the blocks; those that say the same share one. '' where there are fewer than two:
 * its block is as short.
 */
export function summaryLines(troubles: readonly Trouble[], style: Style, wide: boolean): string {
  if (troubles.length < 2) return ''
  const groups = [
    ...Map.groupBy(troubles, ({ effect, summary }) => JSON.stringify([effect, summary])).values(),
  ]
  const shown = wide || groups.length <= LINES ? groups : groups.slice(0, LINES - 1)
  const hidden = groups.slice(shown.length).flat()
  return [
    ...shown.map((group) => lineOf(group, style, wide)),
    ...(hidden.length === 0 ? [] : [`  ${hidden.length} more: ${countsOf(hidden)} (-o wide lists them)`]),
  ].join('\n')
}

function lineOf(group: readonly Trouble[], style: Style, wide: boolean): string {
  const [{ effect, summary } = { effect: 'Remark' as const, summary: '' }] = group
  const label = `  ${EFFECT_WORDS[effect]}`.padEnd(LABEL)
  const names = [...new Set(group.map(({ subject }) => subject))]
  const text = escapeText(`${namesOf(names, wide)}: ${summary}`)
  return hanging(
    style.paint(COLOURS[effect] ?? 'red', label),
    wide ? text : cut(text, Math.max(NARROW, style.width ?? COLUMNS) - LABEL, style),
    style.width,
  )
}

const namesOf = (names: readonly string[], wide: boolean): string =>
  wide || names.length <= NAMED + 1
    ? listed(names)
    : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`

/** At a blank, so that no word is broken. */
function cut(text: string, width: number, style: Style): string {
  if (stringWidth(text) <= width) return text
  const start = firstColumns(text, width - 3)
  const end = start.lastIndexOf(' ')
  return `${(end > 0 ? start.slice(0, end) : start).replace(/[\s,:;]+$/, '')}${style.ascii ? '...' : '…'}`
}

/** `5 restarting, 12 warning`. */
const countsOf = (troubles: readonly Trouble[]): string =>
  sortedBy(
    Map.groupBy(troubles, ({ effect }) => effect),
    ([effect]) => [userEffectRank(effect)],
  )
    .map(([effect, group]) => `${group.length} ${EFFECT_WORDS[effect]}`)
    .join(', ')

/** Services of a sentence that is not wide. */
const SERVICES = 3

/** `Outage: Service shop/web has no ready backend.` '' where every Service has one. `services` are `namespace/name`. */
export function outageSentence(services: readonly string[], wide: boolean): string {
  const all = [...new Set(services)].sort()
  if (all.length === 0) return ''
  const shown = wide || all.length <= SERVICES ? all : all.slice(0, SERVICES - 1)
  const names = listed([
    ...shown,
    ...(shown.length < all.length ? [`${all.length - shown.length} more`] : []),
  ])
  return `Outage: ${all.length === 1 ? `Service ${names} has` : `Services ${names} have`} no ready backend.`
}

/** `5 errors and 1 warning`; '' for neither. */
export const severityCounts = (errors: number, warnings: number): string =>
  listed([
    ...(errors === 0 ? [] : [plural(errors, 'error')]),
    ...(warnings === 0 ? [] : [plural(warnings, 'warning')]),
  ])
