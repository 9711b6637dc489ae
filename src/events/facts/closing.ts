import type { KubeObject, Pod } from '../../model/kubernetes/objects.ts'
import { referenceKey } from '../../model/kubernetes/reference.ts'
import type { Occurrence, Regarding } from '../../model/snapshot/occurrence.ts'
import { millis } from '../../model/text/time.ts'
import type { Part } from '../catalogue/attention.ts'
import type { Classification } from './classify.ts'
import type { ParsedMessage } from './message.ts'

/** An event with what says of which part of its object it tells. */
export interface Told {
  readonly occurrence: Occurrence
  readonly parsed: ParsedMessage
  /** Absent where it is not known. */
  readonly container?: string
}

/** All events, by object and reason. */
export interface ClosingEvents {
  /** When an event of one of these reasons was last seen about an object, in milliseconds. */
  lastOf(regarding: Regarding, reasons: readonly string[]): number | undefined
  /** Which later event ended what this one tells. */
  endOf(told: Told, classification: Classification, object: KubeObject | undefined): End
}

export interface End {
  /** When it was over, in milliseconds; undefined where no event says so for sure. */
  readonly closedAt?: number
  /**
   * The reason of an event that may have ended it: it came later, but not for sure about the same part of the object,
   * or it came in the same second.
   */
  readonly mayBeEndedBy?: string
}

/** Nodes have uids that are not to be relied on (docs/reference/events.md#A1). */
const objectKey = ({ kind, namespace, name, uid }: Regarding): string =>
  kind === 'Node'
    ? referenceKey(kind, undefined, name)
    : `${referenceKey(kind, namespace, name)}/${uid ?? ''}`

/** Nothing of the sort can come after it: of one pod there is one `Scheduled`. */
const FINAL: readonly string[] = ['Scheduled']

/**
 * The index that tells which later event ends a trouble (docs/reference/events.md#closing-pairs): one about the same
 * object, and about the same container, image, volume or member where the trouble is about a part of the object.
 */
export function closingEvents(all: readonly Told[]): ClosingEvents {
  const index = Map.groupBy(
    all,
    ({ occurrence: { regarding, reason } }) => `${objectKey(regarding)}\n${reason}`,
  )
  const about = (regarding: Regarding, reason: string): readonly Told[] =>
    index.get(`${objectKey(regarding)}\n${reason}`) ?? []
  return {
    lastOf: (regarding, reasons) => {
      const times = reasons.flatMap((reason) =>
        about(regarding, reason).flatMap(({ occurrence }) => millis(occurrence.lastSeen) ?? []),
      )
      return times.length === 0 ? undefined : Math.max(...times)
    },
    endOf: (told, { resolvedBy, row }, object) => {
      const at = millis(told.occurrence.lastSeen) ?? 0
      const ends = resolvedBy.flatMap((reason) =>
        about(told.occurrence.regarding, reason).flatMap((closing) => {
          const then = millis(closing.occurrence.lastSeen)
          if (then === undefined) return []
          const answers = [isLater(then, at, reason), sharesPart(row?.part, told, closing, object)]
          if (answers.includes('No')) return []
          return [{ reason, then, isSure: !answers.includes('Unknown') }]
        }),
      )
      const sure = ends.filter(({ isSure }) => isSure).map(({ then }) => then)
      if (sure.length > 0) return { closedAt: Math.min(...sure) }
      return ends[0] === undefined ? {} : { mayBeEndedBy: ends[0].reason }
    },
  }
}

type Answer = 'Yes' | 'No' | 'Unknown'

const yesOrNo = (answer: boolean): Answer => (answer ? 'Yes' : 'No')

/** The legacy recorder has whole seconds: which of two events of one second came first is not known. */
function isLater(then: number, at: number, reason: string): Answer {
  const [thenSecond, second] = [Math.floor(then / 1000), Math.floor(at / 1000)]
  if (thenSecond !== second) return yesOrNo(thenSecond > second)
  if (FINAL.includes(reason)) return 'Yes'
  const isExact = then % 1000 !== 0 && at % 1000 !== 0
  return isExact && then !== at ? yesOrNo(then > at) : 'Unknown'
}

/** Whether what one event tells of is what the other tells of. */
function sharesPart(
  part: Part | undefined,
  trouble: Told,
  closing: Told,
  object: KubeObject | undefined,
): Answer {
  switch (part) {
    case undefined:
      return 'Yes'
    case 'Container': {
      const only = onlyContainer(object)
      const container = same(trouble.container ?? only, closing.container ?? only)
      // Where one of them does not name its container, the image that both name is as good.
      return container === 'Unknown' ? same(trouble.parsed.image, closing.parsed.image) : container
    }
    case 'Volume': {
      // A container starts when all volumes of its pod are there.
      if (closing.occurrence.reason === 'Started') return 'Yes'
      const volume = same(trouble.parsed.volume, closing.parsed.volume)
      // A claim has one volume.
      return volume === 'Unknown' && trouble.occurrence.regarding.kind !== 'Pod' ? 'Yes' : volume
    }
    case 'Member':
      return same(trouble.parsed.member, closing.parsed.member)
  }
}

const same = (one: string | undefined, other: string | undefined): Answer =>
  one === undefined || other === undefined ? 'Unknown' : yesOrNo(one === other)

/** The name of the container of a pod that has no other. */
function onlyContainer(object: KubeObject | undefined): string | undefined {
  const spec = object?.kind === 'Pod' ? (object as Pod).spec : undefined
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
  return all.length === 1 ? all[0]?.name : undefined
}
