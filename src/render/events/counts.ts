import type { EventLine, Incident } from '../../events/report.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'

/** Reasons that are counted in a block that is not wide. */
const SHOWN_REASONS = 4

/** Steps of every start. */
const STEPS: ReadonlySet<string> = new Set(['Created', 'Pulled', 'Pulling', 'Scheduled'])

/** `Unhealthy at least 12x, Killing 4x over 55s`; the steps of every start only where there is nothing else. */
export function countsText({ events, firstSeen, lastSeen }: Incident, wide: boolean): string {
  const others = events.filter(({ reason }) => !STEPS.has(reason))
  const lines = sortedBy(wide || others.length === 0 ? events : others, (line) => [rankOf(line)])
  const counts = [...Map.groupBy(lines, ({ reason }) => reason)].map(([reason, same]) =>
    countText(reason, same),
  )
  const shown = wide ? counts : counts.slice(0, SHOWN_REASONS)
  const hidden = counts.length - shown.length
  const more = hidden === 0 ? '' : ` and ${plural(hidden, 'more reason')}`
  const span = secondsBetween(firstSeen, lastSeen) ?? 0
  return `${shown.join(', ')}${more}${span >= 1 ? ` over ${humanDuration(span)}` : ''}`
}

function rankOf({ type, reason }: EventLine): number {
  if (type === 'Warning') return 0
  return reason === 'Killing' ? 1 : 2
}

function countText(reason: string, lines: readonly EventLine[]): string {
  const count = lines.reduce((sum, line) => sum + line.count, 0)
  return lines.some((line) => line.countIsLowerBound) ? `${reason} at least ${count}x` : `${reason} ${count}x`
}
