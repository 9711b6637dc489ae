import type { Code } from '../../../diagnosis/codes/codes.ts'
import type { Severity } from '../../../model/report/finding.ts'
import type { Attention, Stage } from '../attention.ts'

/** What one shape of a reason's message means. The order of a list of cases is policy: the first match wins. */
export interface ReasonCase<Id extends string = string> {
  /** Unique in the catalogue, in the style of a code; it is the code of the incident where `causeCode` is absent. */
  readonly id: Id
  /** Absent where the row reads its messages by a parser. */
  readonly pattern?: RegExp
  /** One plain sentence, without its full stop. */
  readonly meaning: string
  /** What to check or to do, without the last full stop; undefined where there is nothing to do. */
  readonly advice: string | undefined
  readonly causeCode?: Code
  readonly severity?: Severity
  readonly attention?: Attention
  readonly stage?: Stage
  readonly resolvedBy?: readonly string[]
}

/** Cases that have some fields in common; what a case says itself counts. Keeps the ids as types. */
export const casesWith = <const Id extends string>(
  common: Partial<Omit<ReasonCase, 'id' | 'pattern'>>,
  list: readonly (ReasonCase<Id> & { readonly pattern: RegExp })[],
): readonly ReasonCase<Id>[] => list.map((one) => ({ ...common, ...one }))
