import { LAYERS } from '../../diagnosis/cause.ts'
import { atLeast, SEVERITIES, type Severity } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { groupBy, sortedBy } from '../../model/text/sort.ts'
import { milder } from '../incidents/assessment.ts'
import { type Draft, withEvidence } from '../incidents/candidate.ts'
import { objectText } from '../incidents/event-lines.ts'
import { leads, touching } from './relations.ts'
import { LINKS, type Link } from './rules.ts'

/** An incident with the one that explains it. */
export interface Linked {
  readonly draft: Draft
  readonly cause: Linked | undefined
}

/**
 * Tells causes and effects apart: by the chains of links.ts, else by what is told about the same subject. Of a broken
 * subject exactly one incident stays a root, unless the cause lies outside of it. Where the diagnosis has found several
 * roots, for containers or pods that fail each for its own reason, they all stay.
 */
export function link(cluster: Cluster, drafts: readonly Draft[]): readonly Linked[] {
  const causes = new Map<Draft, { readonly cause: Draft; readonly because: string }>()
  chain(cluster, drafts, causes)
  const primaries = primaryOfSubject(drafts, causes)
  for (const draft of drafts) {
    const primary = primaries.get(draft.rootKey)
    if (primary === undefined || primary === draft || draft.quiet || causes.has(draft)) continue
    if (draft.finding.rootCause || reaches(causes, primary, draft)) continue
    causes.set(draft, { cause: primary, because: 'has an earlier cause' })
  }
  return assemble(drafts, causes, primaries)
}

type Causes = Map<Draft, { readonly cause: Draft; readonly because: string }>

/** Causes that the links name. Only few incidents are loud, so that each may be compared with each cause. */
function chain(cluster: Cluster, drafts: readonly Draft[], causes: Causes): void {
  const touch = touching(cluster)
  const ordered = sortedBy(drafts, (draft) => [draft.firstSeen, draft.rootKey, draft.finding.code])
  for (const one of LINKS) {
    const possible = ordered.filter((draft) => couldCause(one, draft))
    const bySubject = groupBy(possible, ({ rootKey }) => rootKey)
    for (const effect of ordered) {
      if (effect.quiet || causes.has(effect) || !one.effect.some((sign) => effect.signs.has(sign))) continue
      if (isWithinSubject(one) && effect.diagnosed && effect.finding.rootCause) continue
      const near = isWithinSubject(one) ? (bySubject.get(effect.rootKey) ?? []) : possible
      const cause = near.find((draft) => leads(one, draft, effect, touch) && !reaches(causes, draft, effect))
      if (cause !== undefined) causes.set(effect, { cause, because: one.because })
    }
  }
}

/** Within a subject the diagnosis has already told the root from the rest. */
const isWithinSubject = ({ via }: Link): boolean => via === 'Subject' || via === 'Container'

const couldCause = ({ cause, causeKind }: Link, draft: Draft): boolean =>
  (causeKind === undefined || draft.finding.subject.kind === causeKind) &&
  (!draft.quiet || draft.finding.subject.kind === 'Node') &&
  cause.some((sign) => (sign === '*' ? draft.finding.rootCause && !draft.quiet : draft.signs.has(sign)))

/** Whether `from` is, over any number of steps, explained by `to`: a link back would be a circle. */
function reaches(causes: Causes, from: Draft, to: Draft): boolean {
  for (let at: Draft | undefined = from; at !== undefined; at = causes.get(at)?.cause)
    if (at === to) return true
  return false
}

const layerOf = ({ finding, facts }: Draft): number => {
  const stage = facts.map(({ what }) => what.stage).find((one) => one !== undefined)
  const layer = stage === 'start' ? 'config' : stage
  if (finding.effect === 'NotStarted' && layer === undefined) return 1
  return layer === undefined ? LAYERS.length : LAYERS.indexOf(layer)
}

/** What the subject has to be told about first. A root of the diagnosis stays one. */
function primaryOfSubject(drafts: readonly Draft[], causes: Causes): ReadonlyMap<string, Draft> {
  const primaries = new Map<string, Draft>()
  for (const [key, group] of groupBy(
    drafts.filter(({ quiet }) => !quiet),
    (draft) => draft.rootKey,
  )) {
    const ranked = sortedBy(group, (draft) => [
      draft.finding.rootCause ? 0 : 1,
      draft.diagnosed ? 0 : 1,
      -SEVERITIES.indexOf(draft.finding.severity),
      causes.has(draft) ? 1 : 0,
      layerOf(draft),
      draft.firstSeen,
      draft.finding.code,
      draft.finding.subject.container ?? '',
    ])
    if (ranked[0] !== undefined) primaries.set(key, ranked[0])
  }
  return primaries
}

function assemble(
  drafts: readonly Draft[],
  causes: Causes,
  primaries: ReadonlyMap<string, Draft>,
): readonly Linked[] {
  const woken = new Set([...causes.values()].map(({ cause }) => cause))
  const worst = worstOfChain(drafts, causes)
  const made = new Map<Draft, Linked>()
  const linkedOf = (draft: Draft): Linked => {
    const known = made.get(draft)
    if (known !== undefined) return known
    const why = causes.get(draft)
    const cause = why === undefined ? undefined : linkedOf(why.cause)
    const first =
      primaries.get(draft.rootKey) === draft ||
      (draft.diagnosed && draft.finding.rootCause) ||
      woken.has(draft)
    const rootCause = cause === undefined && first && (!draft.quiet || woken.has(draft))
    const within = why === undefined ? !rootCause : why.cause.rootKey === draft.rootKey
    const severity = worst.get(draft) ?? draft.finding.severity
    // What is not the first thing to mend must not be the loudest one of its subject.
    const said = within && !draft.diagnosed ? milder(draft.finding.severity, 'Warning') : severity
    const finding = { ...draft.finding, severity: said, rootCause }
    const shown = { ...draft, quiet: draft.quiet && !woken.has(draft), finding }
    const linked = { draft: why === undefined ? shown : withReason(shown, why), cause }
    made.set(draft, linked)
    return linked
  }
  return drafts.map(linkedOf)
}

/** The cause within a subject is as bad as the worst that follows from it there. */
function worstOfChain(drafts: readonly Draft[], causes: Causes): ReadonlyMap<Draft, Severity> {
  const worst = new Map<Draft, Severity>()
  for (const draft of drafts)
    for (let at = causes.get(draft)?.cause; at?.rootKey === draft.rootKey; at = causes.get(at)?.cause) {
      const known = worst.get(at) ?? at.finding.severity
      if (atLeast(draft.finding.severity, known)) worst.set(at, draft.finding.severity)
      else worst.set(at, known)
    }
  return worst
}

/** Says in the evidence why this follows from its cause. */
function withReason(
  draft: Draft,
  { cause, because }: { readonly cause: Draft; readonly because: string },
): Draft {
  const { subject, code } = cause.finding
  return withEvidence(draft, {
    source: subject.kind === 'Node' ? 'Node' : cause.facts.length > 0 ? 'Event' : 'Status',
    object: objectText(subject),
    text: `${objectText(subject)} ${because} (${code})`,
    ...(cause.firstSeen === '' ? {} : { time: cause.firstSeen }),
  })
}
