import type { KindTypes, Resource } from '../kubernetes/kinds.ts'
import { RESOURCES } from '../kubernetes/kinds.ts'
import type { KubeObject } from '../kubernetes/objects.ts'
import type { Replay } from './replay.ts'

/**
 * Why a kind could not be read. `NotRecorded`: a file input does not contain it, which is not "there are none".
 * `OutOfTime`: the time that reading it may take was over.
 */
export const GAP_REASONS = ['Forbidden', 'NotFound', 'NotRecorded', 'OutOfTime', 'Unreadable'] as const
export type GapReason = (typeof GAP_REASONS)[number]

/** Parts of pods that are asked for one by one: logs, and on request what runs a probe once more. */
export const SUBRESOURCES = ['pods/exec', 'pods/log', 'pods/portforward'] as const
export type Subresource = (typeof SUBRESOURCES)[number]

export const isSubresource = (resource: Resource | Subresource): resource is Subresource =>
  SUBRESOURCES.some((one) => one === resource)

/** Something that was not read, so that nobody takes "unknown" for "none". */
export interface Gap {
  readonly resource: Resource | Subresource
  /** Set where only one namespace could not be read. */
  readonly namespace?: string
  readonly reason: GapReason
  /** One line, in the server's words where there are any. */
  readonly message: string
  /** Where only some logs were not read: these. */
  readonly logs?: readonly LogReference[]
}

/** One log, as `kubectl logs POD -c CONTAINER [--previous]` prints it. */
export interface LogReference {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** True for the log of the run before the present one. */
  readonly previous: boolean
}

export type Objects = { readonly [R in Resource]: readonly KindTypes[R][] }

/** The last lines of one container's log. */
export interface ContainerLog extends LogReference {
  readonly text: string
}

/** What was read, nothing derived. Objects are sorted by namespace, then name. */
export interface Snapshot {
  /** The clock of every analysis, RFC 3339. */
  readonly now: string
  readonly nowFrom: 'flag' | 'clock' | 'recording' | 'newest timestamp'
  readonly source: { readonly type: 'Cluster' | 'Files'; readonly name: string }
  /** `gitVersion` of the API server where it is known, e.g. `v1.36.3`. */
  readonly serverVersion?: string
  /** The one namespace that was read of the namespaced kinds; absent where it was all of them, or files. */
  readonly namespace?: string
  readonly objects: Objects
  /** Objects of kinds outside KINDS, e.g. custom owners of pods. Never Secrets, never ConfigMaps. */
  readonly others: readonly KubeObject[]
  readonly logs: readonly ContainerLog[]
  /** Probes that were run once more from here, on request only. */
  readonly replays?: readonly Replay[]
  readonly gaps: readonly Gap[]
  /** Where a manifest stands: `FILE:LINE` by `objectKey`. Empty for live reads. */
  readonly origins: Readonly<Record<string, string>>
  /** Files and objects that could not be read beside those that were, with what to do; absent where none. */
  readonly broken?: readonly { readonly sentence: string; readonly hint: string }[]
  /** What the reading took for granted, a sentence each; absent where nothing. */
  readonly notes?: readonly string[]
}

/** All resources, none with an object. */
export const noObjects = (): Objects =>
  Object.fromEntries(RESOURCES.map((resource) => [resource, []])) as unknown as Objects
