import type { Code } from '../../diagnosis/codes/codes.ts'
import type { Severity } from '../../model/report/finding.ts'

/**
 * How much attention a reason deserves when it is seen: 0 at once, 1 when it repeats or nothing good follows,
 * 2 it is only a step of the story, 3 hardly ever (spec/events.md B).
 */
export type Noise = 0 | 1 | 2 | 3

/** The step of a pod's start in which a reason occurs: once the step is passed, the trouble is over. */
export type Stage = 'scheduling' | 'sandbox' | 'volume' | 'image' | 'start'

/** What one shape of a reason's message means. The order of an array of cases is policy: the first match wins. */
export interface ReasonCase {
  /** Unique in the catalogue, in the style of a code; it is the code of the incident where `causeCode` is absent. */
  readonly name: string
  readonly pattern: RegExp
  /** One plain sentence. */
  readonly meaning: string
  /** What to check or to do. */
  readonly advice: string
  readonly causeCode?: Code
  readonly severity?: Severity
  readonly noise?: Noise
  readonly stage?: Stage
  readonly closedBy?: readonly string[]
}

/** One row of the catalogue: a reason as one component writes it about some kinds. */
export interface ReasonInfo {
  readonly reason: string
  /** Who writes it; empty where the writer's name differs from cluster to cluster. */
  readonly components: readonly string[]
  /** What it is about; empty for any kind. */
  readonly kinds: readonly string[]
  readonly type: 'Normal' | 'Warning'
  /** One plain sentence. */
  readonly meaning: string
  /** What to check or to do. */
  readonly advice: string
  /** While it goes on. */
  readonly severity: Severity
  readonly noise: Noise
  /** Later events about the same object that end it (spec/events.md A.6). */
  readonly closedBy?: readonly string[]
  readonly causeCode?: Code
  readonly stage?: Stage
  /** The condition of the object that says whether the trouble is still there. */
  readonly holdsWhile?: { readonly condition: string; readonly status: 'True' | 'False' }
  /** The object is lost by it, so that it matters though the object is gone. */
  readonly outlives?: true
  /** The object may look healthy in spite of it. */
  readonly unseen?: true
  /** `0/3 nodes are available: 2 a, 1 b`: the case with the highest number counts, not the first. */
  readonly counted?: true
  readonly cases?: readonly ReasonCase[]
  readonly see?: string
}

export const SITE = 'https://kubernetes.io/docs'
export const NOTHING_TO_DO = 'Nothing to do.'

/** Rows that share who writes them and what they are about. */
export const rows = (
  shared: Pick<ReasonInfo, 'components' | 'kinds'>,
  list: readonly (Omit<ReasonInfo, 'components' | 'kinds'> & Partial<ReasonInfo>)[],
): readonly ReasonInfo[] => list.map((row) => ({ ...shared, ...row }))

/** A step that belongs to ordinary life. */
export const ordinary = (
  reason: string,
  meaning: string,
  noise: Noise = 2,
): Omit<ReasonInfo, 'components' | 'kinds'> => ({
  reason,
  type: 'Normal',
  meaning,
  advice: NOTHING_TO_DO,
  severity: 'Info',
  noise,
})

/** A Warning that says by itself that something is broken. */
export const broken = (
  reason: string,
  meaning: string,
  advice: string,
  more: Partial<ReasonInfo> = {},
): Omit<ReasonInfo, 'components' | 'kinds'> => ({
  reason,
  type: 'Warning',
  meaning,
  advice,
  severity: 'Error',
  noise: 0,
  ...more,
})

/** A Warning that matters when it repeats. */
export const suspicious = (
  reason: string,
  meaning: string,
  advice: string,
  more: Partial<ReasonInfo> = {},
): Omit<ReasonInfo, 'components' | 'kinds'> =>
  broken(reason, meaning, advice, { severity: 'Warning', noise: 1, ...more })
