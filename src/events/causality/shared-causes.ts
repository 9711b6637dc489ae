import { type Code, causeCode } from '../../diagnosis/codes/codes.ts'
import { plural } from '../../model/text/words.ts'
import type { FailedDependency } from '../facts/dependency.ts'
import { type SubjectReference, subjectKey, subjectText } from '../facts/subject.ts'
import type { Candidate } from '../incidents/candidate.ts'
import { signsOf } from '../incidents/signs.ts'
import { dependencyFixes } from './dependency-fixes.ts'
import { QUOTED, someOf } from './group.ts'

/** What is said where one dependency stops several workloads. */
interface SharedCause {
  readonly code: Code
  readonly kind: string
  /** Whether it is in the namespace of what it stops. */
  readonly namespaced: boolean
  readonly summary: (workloads: string) => string
  readonly explanation: string
}

const SHARED_CAUSES: Readonly<Record<FailedDependency['type'], SharedCause>> = {
  WebhookDown: {
    code: 'admission-denied',
    kind: 'AdmissionWebhook',
    namespaced: false,
    summary: (workloads) => `the webhook does not answer, so pods of ${workloads} cannot be created`,
    explanation:
      'The API server asks this webhook before it creates a pod, and refuses where there is no answer (failurePolicy Fail).',
  },
  WebhookDenied: {
    code: 'admission-denied',
    kind: 'AdmissionWebhook',
    namespaced: false,
    summary: (workloads) => `the webhook refuses the pods of ${workloads}`,
    explanation:
      'It answers, and says no. Either its policy is new, or these workloads share what it forbids: its words are in the messages.',
  },
  QuotaExceeded: {
    code: 'quota-exceeded',
    kind: 'ResourceQuota',
    namespaced: true,
    summary: (workloads) => `the quota is used up, so pods of ${workloads} cannot be created`,
    explanation:
      'Everything in the namespace shares the quota. Raise it, or lower what the workloads use of it.',
  },
  RegistryFailed: {
    code: 'image-pull',
    kind: 'Registry',
    namespaced: false,
    summary: (workloads) => `images of ${workloads} cannot be pulled from this registry`,
    explanation:
      'Several workloads fail alike, and their images come from the same registry. It is down, limits or refuses the nodes, ' +
      'or the nodes cannot reach it.',
  },
}

const KINDS: ReadonlySet<string> = new Set(Object.values(SHARED_CAUSES).map(({ kind }) => kind))

/** A dependency that events name, as the subject of an incident. */
export interface Blamed {
  readonly dependency: FailedDependency
  readonly subject: SubjectReference
}

/** The dependencies that the events of an incident blame for what the incident is, each once. */
export function blamedBy({ facts, signs, finding }: Candidate): readonly Blamed[] {
  const { namespace } = finding.subject
  const blamed = facts.flatMap(({ parsed: { dependencies } }) => {
    const dependency = dependencies.find(({ type }) => SHARED_CAUSES[type].code === signs.code)
    if (dependency === undefined) return []
    const { kind, namespaced } = SHARED_CAUSES[dependency.type]
    const place = namespaced && namespace !== undefined ? { namespace } : {}
    return [{ dependency, subject: { kind, name: dependency.name, ...place } }]
  })
  return [...Map.groupBy(blamed, ({ subject }) => subjectKey(subject)).values()].flatMap(
    ([first]) => first ?? [],
  )
}

/** Incidents of dependencies that stop more than one subject: mend these, and the others go away. */
export function sharedCauseCandidates(candidates: readonly Candidate[]): readonly Candidate[] {
  const stopped = candidates
    .filter(({ hidden, finding }) => hidden === undefined && !KINDS.has(finding.subject.kind))
    .flatMap((candidate) => blamedBy(candidate).map((blamed) => ({ candidate, blamed })))
  return [...Map.groupBy(stopped, ({ blamed }) => subjectKey(blamed.subject)).values()].flatMap((group) => {
    const subjects = new Set(group.map(({ candidate }) => candidate.subjectKey))
    const blamed = group[0]?.blamed
    if (blamed === undefined || subjects.size < 2) return []
    return [
      sharedCause(
        blamed,
        group.map(({ candidate }) => candidate),
      ),
    ]
  })
}

function sharedCause({ dependency, subject }: Blamed, group: readonly Candidate[]): Candidate {
  const { code, summary, explanation } = SHARED_CAUSES[dependency.type]
  const names = [...new Set(group.map(({ finding }) => subjectText(finding.subject)))].sort()
  const nodes = new Set(group.flatMap((candidate) => [...candidate.nodes]))
  // Where all of it happens on one node, that may be the reason as well.
  const onlyNode = dependency.type === 'RegistryFailed' && nodes.size === 1 ? [...nodes][0] : undefined
  return {
    finding: {
      code,
      severity: 'Error',
      confidence: onlyNode === undefined ? 'Likely' : 'Possible',
      rootCause: true,
      subject,
      summary: summary(plural(names.length, 'workload')),
      explanation: [
        `${someOf(names, QUOTED + 1)} name it in their events. ${explanation}`,
        ...(onlyNode === undefined
          ? []
          : [`All pods are on node ${onlyNode}: look at its network and DNS as well.`]),
      ].join(' '),
      evidence: group.flatMap(({ finding }) => finding.evidence.slice(0, 1)).slice(0, QUOTED),
      effect: 'NotStarted',
      fixes: dependencyFixes(dependency, subject),
      docs: causeCode(code).docs,
    },
    subjectKey: subjectKey(subject),
    facts: [],
    statement: { type: 'SharedCause', cause: dependency.type },
    diagnosed: true,
    ongoing: group.some(({ ongoing }) => ongoing),
    over: group.every(({ over }) => over),
    firstSeen: group.map(({ firstSeen }) => firstSeen).sort()[0] ?? '',
    lastSeen:
      group
        .map(({ lastSeen }) => lastSeen)
        .sort()
        .at(-1) ?? '',
    signs: signsOf(code, []),
    nodes,
    pods: [],
  }
}
