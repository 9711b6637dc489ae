import { listed } from '../../model/text/words.ts'

/** Names and facts of a group of incidents that are told; the rest is counted. */
export const QUOTED = 3

/** `a, b and c`; of more than `most`, the first three and how many more there are. */
export const someOf = (names: readonly string[], most: number): string =>
  listed(names.length > most ? [...names.slice(0, QUOTED), `${names.length - QUOTED} more`] : names)
