import { atLeast, type Evidence, type EvidenceSource, type Severity } from '../../model/report/finding.ts'
import { subjectText } from '../facts/subject.ts'
import { milder } from '../incidents/assessment.ts'
import { type Candidate, withEvidence } from '../incidents/candidate.ts'
import type { Causation, Causations } from './causation.ts'

/** An incident with the one that explains it. */
export interface CandidateWithCause {
  readonly candidate: Candidate
  readonly cause: CandidateWithCause | undefined
}

/** The incidents as they are told once causes and effects are known. `primaries` are the first of their subjects. */
export function withCausations(
  candidates: readonly Candidate[],
  causations: Causations,
  primaries: ReadonlySet<Candidate>,
): readonly CandidateWithCause[] {
  const causes = new Set([...causations.values()].map(({ cause }) => cause))
  const worst = worstOfEffects(candidates, causations)
  const made = new Map<Candidate, CandidateWithCause>()
  const withCause = (candidate: Candidate): CandidateWithCause => {
    const known = made.get(candidate)
    if (known !== undefined) return known
    const causation = causations.get(candidate)
    const isCause = causes.has(candidate)
    const { hidden, ...shown } = candidate
    const isHidden = hidden !== undefined && !isCause
    const rootCause = causation === undefined && !isHidden && (isCause || isFirst(candidate, primaries))
    const follows = causation === undefined ? !rootCause : causation.cause.subjectKey === candidate.subjectKey
    const severity =
      follows && !candidate.diagnosed
        ? // What is not the first thing to mend must not be the loudest one of its subject.
          milder(candidate.finding.severity, 'Warning')
        : (worst.get(candidate) ?? candidate.finding.severity)
    const told = { ...(isHidden ? candidate : shown), finding: { ...candidate.finding, severity, rootCause } }
    const one: CandidateWithCause = {
      candidate: causation === undefined ? told : withEvidence(told, evidenceOf(causation)),
      cause: causation === undefined ? undefined : withCause(causation.cause),
    }
    made.set(candidate, one)
    return one
  }
  return candidates.map(withCause)
}

const isFirst = (candidate: Candidate, primaries: ReadonlySet<Candidate>): boolean =>
  primaries.has(candidate) || (candidate.diagnosed && candidate.finding.rootCause)

/** The cause within a subject is as bad as the worst that follows from it there. */
function worstOfEffects(
  candidates: readonly Candidate[],
  causations: Causations,
): ReadonlyMap<Candidate, Severity> {
  const worst = new Map<Candidate, Severity>()
  for (const candidate of candidates) {
    const { severity } = candidate.finding
    let at = causations.get(candidate)?.cause
    while (at?.subjectKey === candidate.subjectKey) {
      const known = worst.get(at) ?? at.finding.severity
      worst.set(at, atLeast(severity, known) ? severity : known)
      at = causations.get(at)?.cause
    }
  }
  return worst
}

/** Why an incident follows from its cause, as the last line of its evidence. */
function evidenceOf({ cause, because }: Causation): Evidence {
  const { subject, code } = cause.finding
  return {
    source: sourceOf(cause),
    object: subjectText(subject),
    text: `${subjectText(subject)} ${because} (${code})`,
    ...(cause.firstSeen === '' ? {} : { time: cause.firstSeen }),
  }
}

function sourceOf({ finding: { subject }, facts }: Candidate): EvidenceSource {
  if (subject.kind === 'Node') return 'Node'
  return facts.length > 0 ? 'Event' : 'Status'
}
