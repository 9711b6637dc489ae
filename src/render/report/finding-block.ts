import type { Finding, Subject } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { labelled } from '../terminal/labelled.ts'
import type { SayOnce } from '../terminal/say-once.ts'
import type { Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'
import { evidenceLines } from './evidence.ts'
import { fixLines } from './fixes.ts'
import { effectText } from './impact.ts'
import { severityText } from './severity.ts'
import { startLines } from './starting.ts'
import { codeText, partsText, subjectText } from './subject.ts'

/** Pods of a block that is not wide; `-o wide` and `-o json` have them all. */
const SHOWN_PODS = 3

interface BlockOptions {
  readonly style: Style
  readonly wide: boolean
  readonly once: SayOnce
  /** Ages count from here. */
  readonly now: string
  /** What the failure does to the whole workload, e.g. `1 of 3 pods ready`. */
  readonly effect?: string
  /** `FILE:LINE` of a manifest. */
  readonly place?: string
}

/**
 * One root cause for people: what is broken, why, what that does, what mends it, and what follows from it. Ends
 * without a line feed. Commands are never wrapped, so that they can be copied.
 */
export function findingBlock(root: Finding, followers: readonly Finding[], options: BlockOptions): string {
  const { style, wide, now, effect, place, once } = options
  const { width } = style
  const title = `${style.paint('bold', escapeText(subjectText(root.subject)))} (${escapeText(codeText(root))})`
  const outcome = [effectText(root), effect ?? ''].filter(Boolean)
  const also = followers.map((follower) => followerLine(follower, root))
  return [
    wrap(`${severityText(root, style)}: ${title}`, width),
    wrap(escapeText(root.summary), width, '  '),
    ...(wide ? [wrap(escapeText(once(root.explanation)), width, '  ')] : []),
    ...labelled('at', place === undefined ? [] : [place], style),
    ...labelled('pods', podLines(root.subject, wide), style),
    ...labelled('why', evidenceLines(root, options), style),
    ...labelled('effect', outcome.length === 0 ? [] : [outcome.join('; ')], style),
    ...startLines(root, now, style),
    ...labelled('also', also, style),
    ...fixLines(root, { wide, style, place }),
    ...(wide ? labelled('docs', [root.docs], style) : []),
  ].join('\n')
}

/** The pods of a workload that it is about; of many, the first. */
function podLines({ kind, pods = [] }: Subject, wide: boolean): readonly string[] {
  if (kind === 'Pod' || pods.length === 0) return []
  const shown = wide ? pods : pods.slice(0, SHOWN_PODS)
  const hidden = pods.length - shown.length
  return [`${shown.join(', ')}${hidden === 0 ? '' : ` and ${hidden} more`}`]
}

/** What follows from a cause, without repeating what both are about. */
function followerLine({ subject, summary }: Finding, { subject: above }: Finding): string {
  const isSame = subject.kind === above.kind && subject.name === above.name
  const place = isSame ? otherParts(subject, above) : subjectText(subject)
  return place === '' ? summary : `${place}: ${summary}`
}

/** The container and the probe of a subject, as far as they are others than those of `above`. */
const otherParts = ({ container, probe }: Subject, above: Subject): string =>
  partsText({
    ...(container === undefined || container === above.container ? {} : { container }),
    ...(probe === undefined || probe === above.probe ? {} : { probe }),
  }).join(', ')
