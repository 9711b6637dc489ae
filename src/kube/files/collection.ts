import { RESOURCES, type Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import type { ContainerLog } from '../../model/snapshot/snapshot.ts'
import type { RecordingMetadata } from '../recording/recording.ts'

/** What the inputs held so far. Mutable, and private to the reading of one command's files. */
export interface Collection {
  /** By resource, or by `group/Kind` for kinds outside of KINDS; then by `namespace/name`. */
  readonly objects: Map<string, Map<string, KubeObject>>
  /** Kinds that the input is known to be complete in, even where it holds none of them. */
  readonly recorded: Set<Resource>
  /** Kinds of which kubectl's text shows only some objects. */
  readonly partial: Set<Resource>
  /** Kinds that files name which could not be read. */
  readonly broken: Set<Resource>
  readonly recordings: RecordingMetadata[]
  readonly logs: ContainerLog[]
  readonly origins: Record<string, string>
  /** Whether anything comes from a server. Pure manifests are complete by themselves. */
  fromServer: boolean
  /** What kubectl's text leaves open. */
  readonly notes: string[]
}

/** What is known before the first input. */
export const emptyCollection = (): Collection => ({
  objects: new Map(),
  recorded: new Set(),
  partial: new Set(),
  broken: new Set(),
  recordings: [],
  logs: [],
  origins: {},
  fromServer: false,
  notes: [],
})

/** The objects of one resource, or of a kind outside of KINDS, so far. */
export function objectsOf({ objects }: Collection, name: string): Map<string, KubeObject> {
  const known = objects.get(name) ?? new Map<string, KubeObject>()
  objects.set(name, known)
  return known
}

/** The resources that no input said anything about, or that it cannot be complete in. */
export const unrecorded = ({ objects, recorded, partial, fromServer }: Collection): readonly Resource[] =>
  fromServer
    ? RESOURCES.filter(
        (resource) => !recorded.has(resource) && (!objects.has(resource) || partial.has(resource)),
      )
    : []
