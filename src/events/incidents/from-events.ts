import { mergeAlike } from '../../diagnosis/alike.ts'
import { eventEvidence } from '../../diagnosis/evidence.ts'
import { commandOf, inNamespace, nameWord, typeWord } from '../../model/command/command.ts'
import { UNNAMED } from '../../model/kubernetes/reference.ts'
import type { Evidence, Fix } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { rfc3339 } from '../../model/text/time.ts'
import { withFullStop } from '../../model/text/words.ts'
import { attentionRank, isOrdinary } from '../catalogue/attention.ts'
import { adviceText, lowerFirst, sentence } from '../catalogue/sentence.ts'
import type { Fact } from '../facts/facts.ts'
import { type PastProbeFailure, pastProbeFailure } from '../facts/past-probe-failure.ts'
import { assess } from './assessment.ts'
import { type Assessment, type Candidate, subjectOf } from './candidate.ts'
import { spanOf } from './event-lines.ts'
import { signsOf } from './signs.ts'
import { eventStatement } from './statement.ts'

/** Events quoted as evidence of an incident that rests on events alone. */
const QUOTED = 5

/** An incident that only events tell of, explained by the catalogue. They are of one subject, cause and container. */
export function eventCandidate(cluster: Cluster, facts: readonly Fact[]): Candidate {
  const leading = leadingFact(facts)
  const { classification, subject, container } = leading
  const assessment = assess(cluster, facts, leading)
  const { severity, confidence, effect, hidden, recovered = false, ongoing } = assessment
  const pods = podsOf(facts)
  return {
    finding: {
      code: classification.code,
      severity,
      confidence,
      rootCause: hidden === undefined,
      subject: subjectOf(subject, pods, container),
      summary: `${recovered ? OVER_BY_NOW : ''}${summaryOf(leading)}`,
      explanation: explanationOf(leading, assessment),
      evidence: evidenceOf(facts),
      effect,
      ...(recovered
        ? { recovered: rfc3339(Math.max(...facts.map(({ closedAt, last }) => closedAt ?? last))) }
        : {}),
      fixes: fixesOf(leading),
      docs: classification.docs,
    },
    subjectKey: leading.subjectKey,
    facts,
    statement: eventStatement(leading),
    diagnosed: false,
    ...(hidden === undefined ? {} : { hidden }),
    ongoing,
    over: facts.every(
      ({ resolution, classification }) => resolution === 'Resolved' || isOrdinary(classification.attention),
    ),
    ...spanOf(facts),
    signs: signsOf(classification.code, facts),
    nodes: new Set(facts.flatMap(({ node }) => node ?? [])),
    pods: pods.map((name) => ({
      name,
      ...(subject.namespace === undefined ? {} : { namespace: subject.namespace }),
    })),
  }
}

const podsOf = (facts: readonly Fact[]): readonly string[] =>
  [
    ...new Set(
      facts.flatMap(({ occurrence: { regarding } }) => (regarding.kind === 'Pod' ? [regarding.name] : [])),
    ),
  ].sort()

/**
 * The event that says most: it deserves most attention; of those, one that goes on, a Warning, one that says why, the
 * newest.
 */
const leadingFact = (facts: readonly Fact[]): Fact =>
  sortedBy(facts, ({ classification, occurrence, resolution, last }) => [
    attentionRank(classification.attention),
    resolution === 'Resolved' ? 1 : 0,
    occurrence.type === 'Warning' ? 0 : 1,
    classification.specific ? 0 : 1,
    -last,
    occurrence.message,
  ])[0] as Fact

/** As the diagnosis writes them, about the subject; the words of others stay as they are. */
const summaryOf = ({ classification: { row, meaning }, mayBeEndedBy }: Fact): string =>
  [
    row === undefined ? meaning : lowerFirst(meaning),
    ...(mayBeEndedBy === undefined
      ? []
      : [`(unless a later ${mayBeEndedBy} has ended it, which is not sure)`]),
  ].join(' ')

/** What a past failure of a probe means, after what the event says. */
const PAST_PROBE_FAILURE: Readonly<Record<PastProbeFailure, string>> = {
  PodGone: 'The pod is gone since then.',
  PodStopping: 'The pod is being deleted, and its probes fail while it stops: that is how every pod ends.',
  Starting: 'It failed while the container started, and the pod is Ready since then.',
  Recovered: 'The pod recovered from it, and is Ready since then.',
}

const UNKNOWN_REASON = {
  Warning: 'A Warning of a reason that is not in the catalogue.',
  Normal: 'An event of a reason that is not in the catalogue.',
} as const

/** Before what it was. */
const OVER_BY_NOW = 'over by now: '

function explanationOf(fact: Fact, { hidden, recovered, ongoing }: Assessment): string {
  const {
    classification: { row, meaning, advice },
    occurrence: { reason, message, type },
    resolution,
  } = fact
  const past = hidden === undefined ? undefined : pastProbeFailure(fact)
  const isOpen = hidden !== 'Ordinary' && !recovered && !ongoing && resolution === 'Unknown'
  return [
    ...(row === undefined
      ? [`${UNKNOWN_REASON[type]} ${adviceText(advice)}`]
      : [sentence(meaning), `${reason} says: ${withFullStop(message.trim())}`]),
    ...(past === undefined ? [] : [PAST_PROBE_FAILURE[past]]),
    ...(recovered ? ['It is over: what came after it says so.'] : []),
    ...(isOpen && past === undefined ? ['Nothing tells for sure whether it is over.'] : []),
  ].join(' ')
}

const evidenceOf = (facts: readonly Fact[]): readonly Evidence[] =>
  mergeAlike(
    sortedBy(facts, ({ classification, last, occurrence }) => [
      attentionRank(classification.attention),
      occurrence.type === 'Warning' ? 0 : 1,
      classification.specific ? 0 : 1,
      -last,
      occurrence.regarding.name,
      occurrence.message,
    ]).map(({ occurrence }) => eventEvidence(occurrence)),
  ).slice(0, QUOTED)

function fixesOf({ classification, occurrence: { regarding, type } }: Fact): readonly Fix[] {
  const { advice, severity, attention } = classification
  if (advice === undefined) return []
  if (type === 'Normal' && severity === 'Info' && isOrdinary(attention)) return []
  return [{ title: advice, risk: 'Inspect', byHand: true, ...describeCommand(regarding) }]
}

/** Nothing where the object has no name. */
function describeCommand({ kind, namespace, name }: Fact['occurrence']['regarding']): Pick<Fix, 'command'> {
  if (kind === '' || name === '' || name === UNNAMED) return {}
  const place = namespace === undefined || kind === 'Node' ? [] : inNamespace(namespace)
  return commandOf(['kubectl', 'describe', typeWord(kind), nameWord(kind, name), ...place])
}
