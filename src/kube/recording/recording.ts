import { RESOURCES, type Resource, resourceNamed } from '../../model/kubernetes/kinds.ts'
import {
  REPLAY_OUTCOMES,
  type Replay,
  type ReplayAttempt,
  type ReplayOutcome,
} from '../../model/snapshot/replay.ts'
import {
  GAP_REASONS,
  type Gap,
  type GapReason,
  type LogReference,
  type Snapshot,
  SUBRESOURCES,
  type Subresource,
} from '../../model/snapshot/snapshot.ts'
import { sortedBy } from '../../model/text/sort.ts'

/** Annotations on the List of a recording: what its items alone do not tell. */
const ANNOTATION = {
  /** RFC 3339: the clock of every analysis of this recording. */
  takenAt: 'rollout-safety/taken-at',
  /** Resource names, joined by commas, of the kinds that were asked for, whether or not any object was found. */
  kinds: 'rollout-safety/kinds',
  /** JSON list of the kinds that could not be read, and why. */
  gaps: 'rollout-safety/gaps',
  /** `gitVersion` of the API server. */
  serverVersion: 'rollout-safety/server-version',
  /** The one namespace that was read. */
  namespace: 'rollout-safety/namespace',
  /** JSON `{type, name}`: where the objects came from. */
  source: 'rollout-safety/source',
  /** JSON list of the probes that were run from here, on request. */
  replays: 'rollout-safety/replays',
} as const

/** What the annotations of one List say, as far as they can be understood. */
export interface RecordingMetadata {
  readonly takenAt?: string
  readonly kinds?: readonly Resource[]
  readonly gaps: readonly Gap[]
  readonly serverVersion?: string
  readonly namespace?: string
  readonly source?: Snapshot['source']
  readonly replays?: readonly Replay[]
}

/** The kind was not asked for, or the input does not hold it. */
export const notRecorded = (resource: Resource): Gap => ({
  resource,
  reason: 'NotRecorded',
  message: `${resource} were not recorded`,
})

/** Only the objects that pasted text describes are known. */
export const partlyRecorded = (resource: Resource): Gap => ({
  resource,
  reason: 'Unreadable',
  message: 'the pasted text shows only some',
})

/** Objects of the kind stand in a file that could not be read. */
export const inBrokenFile = (resource: Resource): Gap => ({
  resource,
  reason: 'Unreadable',
  message: 'a file that has some is broken',
})

/** The annotations that {@link recordingMetadata} reads back. */
export const recordingAnnotations = (snapshot: Snapshot): Readonly<Record<string, string>> => ({
  [ANNOTATION.takenAt]: snapshot.now,
  [ANNOTATION.kinds]: RESOURCES.filter(
    (resource) => !snapshot.gaps.some((gap) => gap.resource === resource && gap.reason === 'NotRecorded'),
  ).join(','),
  [ANNOTATION.gaps]: JSON.stringify(snapshot.gaps.filter(({ reason }) => reason !== 'NotRecorded')),
  [ANNOTATION.source]: JSON.stringify(snapshot.source),
  ...(snapshot.serverVersion === undefined ? {} : { [ANNOTATION.serverVersion]: snapshot.serverVersion }),
  ...(snapshot.namespace === undefined ? {} : { [ANNOTATION.namespace]: snapshot.namespace }),
  ...(snapshot.replays === undefined ? {} : { [ANNOTATION.replays]: JSON.stringify(snapshot.replays) }),
})

/** Reads the annotations of a List; undefined where none is ours. */
export function recordingMetadata(
  annotations: Readonly<Record<string, unknown>>,
): RecordingMetadata | undefined {
  const text = (name: string): string | undefined => {
    const value = annotations[name]
    return typeof value === 'string' ? value : undefined
  }
  if (!Object.values(ANNOTATION).some((name) => text(name) !== undefined)) return undefined
  const [takenAt, kinds, serverVersion, namespace] = [
    text(ANNOTATION.takenAt),
    text(ANNOTATION.kinds),
    text(ANNOTATION.serverVersion),
    text(ANNOTATION.namespace),
  ]
  const source = sourceIn(text(ANNOTATION.source))
  const replays = replaysIn(text(ANNOTATION.replays))
  return {
    ...(takenAt === undefined || Number.isNaN(Date.parse(takenAt)) ? {} : { takenAt }),
    ...(kinds === undefined
      ? {}
      : { kinds: kinds.split(',').flatMap((name) => resourceNamed(name.trim()) ?? []) }),
    ...(serverVersion === undefined ? {} : { serverVersion }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(source === undefined ? {} : { source }),
    ...(replays === undefined ? {} : { replays }),
    gaps: gapsIn(text(ANNOTATION.gaps)),
  }
}

function gapsIn(text: string | undefined): readonly Gap[] {
  const gaps = parsed(text)
  return !Array.isArray(gaps)
    ? []
    : (gaps as (Partial<Gap> | null)[]).flatMap((gap) =>
        [...SUBRESOURCES, ...RESOURCES].includes(gap?.resource as Resource | Subresource) &&
        GAP_REASONS.includes(gap?.reason as GapReason) &&
        typeof gap?.message === 'string' &&
        (gap.logs === undefined || (Array.isArray(gap.logs) && gap.logs.every(isLogReference)))
          ? [gap as Gap]
          : [],
      )
}

function isLogReference(value: unknown): value is LogReference {
  const { namespace, pod, container, previous } = (value ?? {}) as { [K in keyof LogReference]?: unknown }
  return [namespace, pod, container].every((one) => typeof one === 'string') && typeof previous === 'boolean'
}

/** Those that are whole; undefined where none were asked for. */
function replaysIn(text: string | undefined): readonly Replay[] | undefined {
  const replays = parsed(text)
  return Array.isArray(replays) ? replays.filter(isReplay) : undefined
}

function isReplay(value: unknown): value is Replay {
  const { attempts, roundTripMilliseconds, ...fields } = (value ?? {}) as { [K in keyof Replay]?: unknown }
  const texts = ['namespace', 'pod', 'container', 'probe', 'at'] as const
  return (
    texts.every((name) => typeof fields[name] === 'string') &&
    typeof roundTripMilliseconds === 'number' &&
    Array.isArray(attempts) &&
    attempts.every(
      (one: Partial<ReplayAttempt> | null) =>
        isResult(one) &&
        (one.late === undefined || isResult(one.late)) &&
        (one.milliseconds === undefined || typeof one.milliseconds === 'number'),
    )
  )
}

const isResult = (
  value: Partial<ReplayAttempt> | null | undefined,
): value is Partial<ReplayAttempt> & Pick<ReplayAttempt, 'outcome' | 'message'> =>
  REPLAY_OUTCOMES.includes(value?.outcome as ReplayOutcome) && typeof value?.message === 'string'

function sourceIn(text: string | undefined): Snapshot['source'] | undefined {
  const source = parsed(text) as Partial<Snapshot['source']> | null | undefined
  return (source?.type === 'Cluster' || source?.type === 'Files') && typeof source.name === 'string'
    ? { type: source.type, name: source.name }
    : undefined
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The order of gaps in every snapshot. */
export const sortedGaps = (gaps: Iterable<Gap>): readonly Gap[] =>
  sortedBy(gaps, ({ resource, namespace, reason, message }) => [resource, namespace ?? '', reason, message])

/** Whether a file is a recording of ours: we write the annotations at its beginning. */
export const looksLikeRecording = (beginning: string): boolean =>
  beginning.startsWith('{"apiVersion":"v1","kind":"List"') && beginning.includes(ANNOTATION.takenAt)
