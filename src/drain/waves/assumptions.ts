import type { WaveOptions } from '../types/options.ts'

interface Found {
  /** How many waves. */
  readonly count: number
  /** Nodes that drain in no wave. */
  readonly without: readonly string[]
  readonly surelyFewest: boolean
  /** Whether every grouping was tried that the search knows. */
  readonly complete: boolean
}

const BETWEEN_WAVES: Readonly<Record<WaveOptions['mode'], string>> = {
  Removed: 'In waves, all nodes are cordoned before the first wave and stay so: they are removed for good.',
  Rolling:
    'In waves, the nodes of a group are drained by one command, and uncordoned before the next group starts.',
}

/** What the waves take for granted, in short sentences. */
export function waveAssumptions(
  { mode, by }: WaveOptions,
  { count, without, surelyFewest, complete }: Found,
): readonly string[] {
  const lines: string[] = []
  if (count > 1) lines.push(BETWEEN_WAVES[mode])
  if (count > 1 && by !== undefined) lines.push(`Nodes with different values of ${by} share no wave.`)
  if (without.length > 0)
    lines.push(`In no wave, because it is not sure to drain in any: ${without.join(', ')}.`)
  if (count > 0 && !surelyFewest) lines.push('Fewer waves were not found; that there are none is not proven.')
  if (!complete) lines.push('Not every grouping into waves was tried.')
  return lines
}
