import { CAUSE_CODES } from '../diagnosis/codes/codes.ts'
import { UserError } from '../model/errors.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'
import { meantOrListed } from '../model/snapshot/not-found.ts'
import { nearest } from '../model/text/nearest.ts'
import { REASONS } from './catalogue/catalogue.ts'
import { codeOfReason } from './catalogue/reason-code.ts'
import type { EventOptions } from './report.ts'

/**
 * That the filters name something that there is: a reason that the catalogue has or some event, a code of a cause, of
 * such a reason or of an incident. Anything else is a slip of the finger, which would filter everything out.
 * @param codes of all incidents
 * @throws UserError with what is near, else with what is there
 */
export function checkFilters(
  cluster: Cluster,
  { reasons = [], causes = [] }: EventOptions,
  codes: readonly string[],
): void {
  const present = [...new Set(cluster.occurrences().map(({ reason }) => reason))]
  const known = [...new Set([...REASONS.map(({ reason }) => reason), ...present])]
  for (const reason of reasons)
    if (!includes(known, reason))
      throw unknownWord('reason', reason, known, meantOrListed(reason, present, 'The events have'))
  const ownCodes = [...new Set(codes)]
  const knownCodes = [...CAUSE_CODES.map(({ code }) => code), ...known.map(codeOfReason), ...ownCodes]
  for (const cause of causes)
    if (!includes(knownCodes, cause))
      throw unknownWord('cause', cause, knownCodes, meantOrListed(cause, ownCodes, 'The incidents have'))
}

const includes = (words: readonly string[], word: string): boolean =>
  words.some((one) => one.toLowerCase() === word.toLowerCase())

function unknownWord(flag: string, word: string, known: readonly string[], present: string | undefined) {
  const meant = nearest(word, known)
  return new UserError(
    `invalid argument "${word}" for --${flag}: there is no such ${flag}`,
    meant === undefined ? present : `Did you mean "${meant}"?`,
  )
}
