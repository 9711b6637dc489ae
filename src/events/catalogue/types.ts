import type { Code } from '../../diagnosis/codes/codes.ts'
import type { Severity } from '../../model/report/finding.ts'
import { type Attention, NOTHING_TO_DO, type Part, type Stage } from './attention.ts'
import type { ReasonCase } from './cases/case.ts'
import type { CaseId } from './cases/ids.ts'

/** One row of the catalogue: a reason as one component writes it about some kinds. */
export interface ReasonRow {
  readonly reason: string
  /** Other reasons that the row is about, too, where the name of something is a part of the reason. */
  readonly fits?: (reason: string) => boolean
  /** Who writes it; empty where the writer's name differs from cluster to cluster. */
  readonly components: readonly string[]
  /** What it is about; empty for any kind. */
  readonly kinds: readonly string[]
  readonly type: 'Normal' | 'Warning'
  /** One plain sentence, without its full stop. */
  readonly meaning: string
  /** What to check or to do, without the last full stop; undefined where there is nothing to do. */
  readonly advice: string | undefined
  /** While it goes on. */
  readonly severity: Severity
  readonly attention: Attention
  /** Later events about the same object that end it (docs/reference/events.md#A6). */
  readonly resolvedBy?: readonly string[]
  /** Absent where any of these events about the object ends it. */
  readonly part?: Part
  /** What it tells of is how the object ended, so that nothing mends it, and not that the object is gone. */
  readonly lasting?: true
  readonly causeCode?: Code
  readonly stage?: Stage
  /** The condition of the object that says whether the trouble is still there. */
  readonly activeWhile?: { readonly condition: string; readonly status: 'True' | 'False' }
  /** The pod is lost by it, so that it matters though the pod is gone. */
  readonly losesPod?: true
  /** The status of the object may look healthy in spite of it. */
  readonly notInStatus?: true
  readonly cases?: readonly ReasonCase<CaseId>[]
  /** Tells the cases apart where patterns do not. */
  readonly caseOf?: (message: string) => CaseId | undefined
  readonly docs?: string
}

/** A row before the fields that it shares with others. */
export type RowFields = Omit<ReasonRow, 'components' | 'kinds'> & Partial<ReasonRow>

export const SITE = 'https://kubernetes.io/docs'

/** Rows that share who writes them and what they are about. */
export const rows = (
  shared: Pick<ReasonRow, 'components' | 'kinds'>,
  list: readonly RowFields[],
): readonly ReasonRow[] => list.map((row) => ({ ...shared, ...row }))

/** A step that belongs to ordinary life. */
export const ordinary = (reason: string, meaning: string, attention: Attention = 'Step'): RowFields => ({
  reason,
  type: 'Normal',
  meaning,
  advice: NOTHING_TO_DO,
  severity: 'Info',
  attention,
})

/** A Warning that says by itself that something is broken. */
export const broken = (
  reason: string,
  meaning: string,
  advice: string | undefined,
  more: Partial<ReasonRow> = {},
): RowFields => ({
  reason,
  type: 'Warning',
  meaning,
  advice,
  severity: 'Error',
  attention: 'AtOnce',
  ...more,
})

/** A Warning that matters when it repeats. */
export const suspicious = (
  reason: string,
  meaning: string,
  advice: string | undefined,
  more: Partial<ReasonRow> = {},
): RowFields => broken(reason, meaning, advice, { severity: 'Warning', attention: 'WhenRepeated', ...more })
