/** What `kubectl drain` of a node does, from the best to the worst: the order is the worst-of of a whole plan. */
export const VERDICTS = [
  'Drains',
  'DrainsDegraded',
  'OrderDependent',
  'Unknown',
  'Waits',
  'Fails',
  'Refused',
  'Blocks',
] as const

/** One word of contract.md's table of verdicts (spec/drain.md O7). */
export type Verdict = (typeof VERDICTS)[number]

/** The worst of several verdicts; `Drains` for none. */
export const worstVerdict = (verdicts: readonly Verdict[]): Verdict =>
  VERDICTS[Math.max(0, ...verdicts.map((verdict) => VERDICTS.indexOf(verdict)))] ?? 'Drains'

/** Whether `kubectl drain` exits 0; undefined where both exit codes are possible. */
export function succeeds(verdict: Verdict): boolean | undefined {
  if (verdict === 'Drains' || verdict === 'DrainsDegraded') return true
  return verdict === 'OrderDependent' || verdict === 'Unknown' ? undefined : false
}
