import type { Finding } from '../model/report/finding.ts'
import type { Selection } from '../model/snapshot/selection.ts'
import type { Gap, Snapshot } from '../model/snapshot/snapshot.ts'
import type { Statement } from './statement.ts'

/** What `kubectl explain-events` was asked to look at. */
export interface EventOptions {
  /** A named object stands for itself and everything that belongs to it: its pods, their claims and nodes. */
  readonly selection: Selection
  /** Only this node and the pods on it. */
  readonly node?: string
  /** Only what was last seen within this time, or goes on without an event. */
  readonly sinceSeconds?: number
  /** Only incidents with an event of one of these types. */
  readonly types?: readonly ('Normal' | 'Warning')[]
  /** Only incidents with an event of one of these reasons, the quiet ones among them, too. */
  readonly reasons?: readonly string[]
  /** Only incidents with one of these codes, the quiet ones among them, too. */
  readonly causes?: readonly string[]
  /** Also what is over or ordinary. */
  readonly all: boolean
}

/** What `kubectl explain-events` tells; without the statements, what its `-o json` prints (docs/explain-events.md). */
export interface EventReport {
  readonly apiVersion: 'rollout-safety/v1'
  readonly kind: 'EventReport'
  readonly now: string
  readonly source: Snapshot['source']
  readonly serverVersion?: string
  /** The namespace that was looked at; absent for all of them. */
  readonly namespace?: string
  /** Root causes that are worst and go on first; what follows from an incident comes right after it. */
  readonly incidents: readonly Incident[]
  readonly gaps: readonly Gap[]
  readonly assumptions: readonly string[]
  /** How many incidents are not in the list because they are over or ordinary. */
  readonly quiet: number
  /** Those of them that are over, with the times when the oldest and the newest was last seen; absent where none is. */
  readonly over?: { readonly incidents: number; readonly oldest?: string; readonly newest?: string }
  /** How many incidents that are neither over nor ordinary were not asked for (`--since`, `--type`, ...). */
  readonly filteredOut: number
  /** How many Event objects were read about what was asked for. */
  readonly eventsRead: number
}

/** A finding with the events that tell of it. Without events, only the state of the objects shows it. */
export interface Incident extends Finding {
  /** What the summary says, for the program itself; not in `-o json`. */
  readonly statement: Statement
  readonly events: readonly EventLine[]
  /** RFC 3339. */
  readonly firstSeen: string
  readonly lastSeen: string
  /** Whether it still goes on: seen within 6 minutes, and the state of the object does not say that it is well. */
  readonly ongoing: boolean
  /** Whether something says that it is over: a later event, or the state of the object. */
  readonly over: boolean
  /** Index of the incident that explains this one. */
  readonly causedBy: number | null
  /** Indices of the incidents that this one explains directly. */
  readonly effects: readonly number[]
}

/** Events that say the same about the same object. */
export interface EventLine {
  /** `Pod shop/web-1`. */
  readonly object: string
  readonly reason: string
  readonly type: 'Normal' | 'Warning'
  /** The newest of the messages. */
  readonly message: string
  readonly count: number
  readonly countIsLowerBound: boolean
  readonly firstSeen: string
  readonly lastSeen: string
  /** The component that wrote it. */
  readonly source: string
}
