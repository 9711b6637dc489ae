/** What `kubectl drain` of a node does, from the best to the worst. */
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

/** One word for what becomes of a node (docs/reference/commands.md#verdicts, docs/reference/order.md#O7). */
export type Verdict = (typeof VERDICTS)[number]

/** Whether `kubectl drain` exits 0; undefined where both exit codes are possible. */
export function succeeds(verdict: Verdict): boolean | undefined {
  if (verdict === 'Drains' || verdict === 'DrainsDegraded') return true
  return verdict === 'OrderDependent' || verdict === 'Unknown' ? undefined : false
}
