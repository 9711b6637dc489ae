import { humanDuration } from '../text/time.ts'
import { plural } from '../text/words.ts'
import type { EarlierStarts } from './finding.ts'

/** `3 ready pods (2 of another revision) took 12 to 25s from the start to Ready, half of them at most 14s`. */
export function earlierStartsText({
  pods,
  otherRevisions = 0,
  minSeconds,
  maxSeconds,
  medianSeconds,
}: EarlierStarts): string {
  const others =
    otherRevisions === 0 ? '' : ` (${otherRevisions === pods ? 'all' : otherRevisions} of another revision)`
  const [min, max] = [humanDuration(minSeconds), humanDuration(maxSeconds)]
  const half =
    pods > 2 && minSeconds !== maxSeconds ? `, half of them at most ${humanDuration(medianSeconds)}` : ''
  return `${plural(pods, 'ready pod')}${others} took ${min === max ? min : `${min} to ${max}`} from the start to Ready${half}`
}
