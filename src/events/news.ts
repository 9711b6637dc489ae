import type { Incident } from './report.ts'

/** What became of one incident between two looks at the same cluster. */
export interface IncidentNews {
  /**
   * `Opened`: it is new, or goes on again. `Changed`: it goes on, and something else is said of it. `Closed`: it goes on
   * no more, or is not told any more.
   */
  readonly type: 'Opened' | 'Changed' | 'Closed'
  /** As it is now; of one that is not told any more, as it was last. */
  readonly incident: Incident
  /** Absent where it is new. */
  readonly before?: Incident
  /** The fields that differ, in the order of {@link WATCHED}; empty unless `Changed`. */
  readonly fields: readonly WatchedField[]
  /** What explains it now, and what explained it before; absent where nothing does. */
  readonly cause?: Incident
  readonly causeBefore?: Incident
}

export type WatchedField =
  | 'severity'
  | 'confidence'
  | 'rootCause'
  | 'summary'
  | 'effect'
  | 'pods'
  | 'causedBy'

/** What a reader wants to be told again for, as text to compare. That the same thing was seen once more is no news. */
const WATCHED: Readonly<Record<WatchedField, (incident: Incident, all: readonly Incident[]) => string>> = {
  severity: ({ severity }) => severity,
  confidence: ({ confidence }) => confidence,
  rootCause: ({ rootCause }) => `${rootCause}`,
  summary: ({ statement }) => JSON.stringify(statement),
  effect: ({ effect }) => effect,
  pods: ({ subject: { pods = [] } }) => pods.join(' '),
  causedBy: (incident, all) => {
    const cause = causeOf(incident, all)
    return cause === undefined ? '' : incidentKey(cause)
  },
}

const causeOf = ({ causedBy }: Incident, all: readonly Incident[]): Incident | undefined =>
  causedBy === null ? undefined : all[causedBy]

/** The same incident in two reports: same subject, same cause. */
export const incidentKey = ({
  subject: { kind, namespace, name, container, probe },
  code,
}: Incident): string => JSON.stringify([kind, namespace, name, container, probe, code])

/**
 * What opened, changed and closed between two looks: first what is told now, in its order, then what is not told any
 * more, in the order in which it was. An incident that was over already, and is forgotten, is no news.
 */
export function newsBetween(
  before: readonly Incident[],
  after: readonly Incident[],
): readonly IncidentNews[] {
  const earlier = new Map(before.map((incident) => [incidentKey(incident), incident]))
  const present = new Set(after.map(incidentKey))
  return [
    ...after.flatMap((incident) => newsOf(earlier.get(incidentKey(incident)), incident, before, after) ?? []),
    ...before
      .filter((incident) => incident.ongoing && !present.has(incidentKey(incident)))
      .map((incident) => ({ type: 'Closed', incident, before: incident, fields: [] }) as const),
  ]
}

function newsOf(
  was: Incident | undefined,
  is: Incident,
  before: readonly Incident[],
  after: readonly Incident[],
): IncidentNews | undefined {
  if (was === undefined) return { type: 'Opened', incident: is, fields: [] }
  if (was.ongoing !== is.ongoing)
    return { type: is.ongoing ? 'Opened' : 'Closed', incident: is, before: was, fields: [] }
  const fields = (Object.keys(WATCHED) as WatchedField[]).filter(
    (field) => WATCHED[field](was, before) !== WATCHED[field](is, after),
  )
  const [cause, causeBefore] = [causeOf(is, after), causeOf(was, before)]
  return fields.length === 0
    ? undefined
    : {
        type: 'Changed',
        incident: is,
        before: was,
        fields,
        ...(cause === undefined ? {} : { cause }),
        ...(causeBefore === undefined ? {} : { causeBefore }),
      }
}
