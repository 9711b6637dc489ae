import { groupBy } from '../../model/text/sort.ts'
import type { State } from '../state/state.ts'
import { succeeds, type Verdict } from '../verdict.ts'
import { THOROUGH_UP_TO, type TryWave, type WaveTrial } from './trial.ts'

/** Groups of nodes, in the order in which they are drained. */
export interface WaveProposal {
  readonly waves: readonly WaveTrial[]
  /** Nodes that drain in no wave. */
  readonly without: readonly string[]
}

type Accepts = (verdict: Verdict) => boolean

/** What every node of a wave must have: at first waves that lose nothing, then waves that drain somehow. */
const ACCEPTED: readonly Accepts[] = [
  (verdict) => verdict === 'Drains',
  (verdict) => succeeds(verdict) === true,
]

interface Rules {
  /** The most nodes of one wave. */
  readonly most: number
  /** Nodes for which it differs share no wave. */
  readonly labelOf: (node: string) => string
  readonly attempt: TryWave
}

/** Waves for these nodes: each time the largest that can be made of those that wait, the first of them first. */
export function proposed(order: readonly string[], rules: Rules): WaveProposal {
  const waves: WaveTrial[] = []
  let waiting = order
  for (const accepts of ACCEPTED)
    while (waiting.length > 0) {
      const from = waves.at(-1)?.run.courses[0]?.final
      const wave = [...groupBy(waiting, rules.labelOf).values()]
        .map((candidates) => largestWave({ ...rules, candidates, from, accepts }))
        .reduce(larger)
      if (wave === undefined) break
      waves.push(wave)
      waiting = waiting.filter((node) => !wave.nodes.includes(node))
    }
  return { waves, without: waiting }
}

interface Search extends Omit<Rules, 'labelOf'> {
  readonly candidates: readonly string[]
  readonly from: State | undefined
  readonly accepts: Accepts
}

/** The one with more nodes; of equal ones the first. */
const larger = (one: WaveTrial | undefined, other: WaveTrial | undefined): WaveTrial | undefined =>
  (other?.nodes.length ?? 0) > (one?.nodes.length ?? 0) ? other : one

function largestWave(search: Search): WaveTrial | undefined {
  const { candidates, most } = search
  const many = candidates.length > THOROUGH_UP_TO
  const left = waveByRemoving(search, many)
  if (left?.nodes.length === Math.min(most, candidates.length)) return left
  if (many && left !== undefined) return left
  return larger(left, waveByAdding(search, many ? 1 : most))
}

/**
 * The first of the candidates, less those that don't drain, until all that are left drain; with `refill` others take
 * the places of those that don't.
 */
function waveByRemoving(
  { candidates, most, from, accepts, attempt }: Search,
  refill: boolean,
): WaveTrial | undefined {
  let rest = candidates.slice(most)
  for (let group = candidates.slice(0, most); group.length > 0; ) {
    const trial = attempt(group, from)
    if (trial === undefined) return undefined
    const draining = trial.judged.filter(({ verdict }) => accepts(verdict)).map(({ name }) => name)
    const free = refill ? most - draining.length : 0
    if (draining.length === group.length && (free === 0 || rest.length === 0)) return trial
    group = [...draining, ...rest.slice(0, free)]
    rest = rest.slice(free)
  }
  return undefined
}

/** One candidate after the other, as long as all of them still drain. */
function waveByAdding({ candidates, from, accepts, attempt }: Search, most: number): WaveTrial | undefined {
  let wave: WaveTrial | undefined
  for (const node of candidates) {
    const nodes = wave?.nodes ?? []
    if (nodes.length >= most) break
    const trial = attempt([...nodes, node], from)
    if (trial?.judged.every(({ verdict }) => accepts(verdict))) wave = trial
  }
  return wave
}
