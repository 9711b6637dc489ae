import type { Diagnosis } from '../../cause.ts'
import type { ProbeFailure } from '../failure.ts'

/** What the surroundings of a pod add to a diagnosis. */
export type Addition = Pick<Diagnosis, 'evidence' | 'fixes'>

/** Asks one thing that stands around the pod; undefined where it says nothing. */
export type ContextRule = (failure: ProbeFailure, diagnosis: Diagnosis) => Addition | undefined
