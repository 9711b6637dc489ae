import type { ProbeMessageClass } from '../diagnosis/messages/probe-classes.ts'
import type { ProbeType } from '../model/kubernetes/probe.ts'
import type { CaseId } from './catalogue/cases/ids.ts'
import type { FailedDependency } from './facts/dependency.ts'

/** What an event says, as codes. */
export interface EventMeaning {
  readonly reason: string
  readonly caseId?: CaseId
  readonly probe?: ProbeType
  readonly probeClass?: ProbeMessageClass
}

/**
 * What the summary of an incident says, as codes: whoever has to know whether two incidents say the same, or whose
 * words they are, asks this and not the words. It is not in `-o json`.
 */
export type Statement =
  /** The meaning of an event, in the words of the catalogue; the explanation says the same in a sentence. */
  | ({ readonly type: 'Event' } & EventMeaning)
  /** An event in the words of whoever wrote it, without its figures. */
  | { readonly type: 'UnknownReason'; readonly reason: string; readonly message: string }
  /** What several incidents share. */
  | { readonly type: 'SharedCause'; readonly cause: SharedCauseType }
  /** A cause that the diagnosis found, with what it rests on. */
  | {
      readonly type: 'Diagnosis'
      /** Fields of the spec that are evidence, with their values. */
      readonly spec: readonly { readonly path: string; readonly value: string }[]
      /** The first event that is evidence. */
      readonly event?: EventMeaning
    }

export type SharedCauseType = FailedDependency['type'] | 'NodeSandbox'
