import type { EventReport, Incident } from '../../events/report.ts'
import { describeReference } from '../../model/kubernetes/reference.ts'
import { atLeast } from '../../model/report/finding.ts'
import { outagesOf, type UserEffect, userEffectOf, worstEffect } from '../../model/report/user-effect.ts'
import { escapeText } from '../../model/text/escape.ts'
import { outageSentence, severityCounts, summaryLines } from '../report/summary.ts'
import type { Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'

/** All that an incident explains, over any number of steps, and itself. */
function withEffects({ incidents }: EventReport, root: Incident): readonly Incident[] {
  const all: Incident[] = []
  const add = (one: Incident): void => {
    all.push(one)
    for (const index of one.effects) {
      const effect = incidents[index]
      if (effect !== undefined) add(effect)
    }
  }
  add(root)
  return all
}

/** What an incident does to users, with all that follows from it. */
export const effectOnUsers = (report: EventReport, root: Incident): UserEffect =>
  worstEffect(withEffects(report, root).map(userEffectOf))

/** `Outage: Service shop/web has no ready backend.`; '' where every Service has one, as far as is known. */
export const eventOutages = ({ incidents }: EventReport, wide: boolean): string =>
  outageSentence(
    incidents.flatMap((incident) =>
      outagesOf(incident).map((service) => `${incident.subject.namespace ?? ''}/${service}`),
    ),
    wide,
  )

/**
 * The answer, and a line for each of several incidents that nothing else explains: `Outage: Service shop/web has no ready
 * backend. 2 errors and 1 warning; 5 more follow from them.`
 * @param roots in the order of the blocks
 */
export function eventSummary(
  report: EventReport,
  roots: readonly Incident[],
  { style, wide }: { readonly style: Style; readonly wide: boolean },
): string {
  const told = roots.filter(
    ({ severity, starting }) => starting !== undefined || atLeast(severity, 'Warning'),
  )
  const outages = eventOutages(report, wide)
  const sentences = [outages, told.length < 2 ? '' : countSentence(report, told)]
  const first = sentences.filter((one) => one !== '').join(' ')
  const lines = summaryLines(
    told.map((incident) => ({
      effect: effectOnUsers(report, incident),
      subject: describeReference(incident.subject),
      summary: `${incident.summary}${followText(withEffects(report, incident).length - 1)}`,
    })),
    style,
    wide,
  )
  return [first === '' ? '' : style.paint('bold', wrap(escapeText(first), style.width)), lines]
    .filter((part) => part !== '')
    .join('\n')
}

const followText = (count: number): string =>
  count === 0 ? '' : `; ${count} more ${count === 1 ? 'follows' : 'follow'} from it`

function countSentence(report: EventReport, told: readonly Incident[]): string {
  const errors = told.filter(({ severity }) => severity === 'Error').length
  const warnings = told.filter(({ severity }) => severity === 'Warning').length
  const starts = told.length - errors - warnings
  const follow = told.reduce((sum, one) => sum + withEffects(report, one).length - 1, 0)
  const counts = [severityCounts(errors, warnings), starts === 0 ? '' : `${starts} still starting`]
  const more = follow === 0 ? '' : `; ${follow} more ${follow === 1 ? 'follows' : 'follow'} from them`
  const going = told.filter(({ ongoing }) => ongoing).length
  const now = going === told.length ? 'all going on' : `${going} of them going on`
  return `${counts.filter(Boolean).join(', ')}, ${now}${more}.`
}
