import { plannedNodes } from './nodes.ts'
import { QUICK, type Run, simulate } from './run.ts'
import type { State } from './state.ts'
import type { DrainOptions, PlannedNode } from './types.ts'
import { succeeds, type Verdict } from './verdict.ts'
import type { World } from './world.ts'

export interface Waves {
  readonly groups: readonly (readonly string[])[]
  readonly assumptions: readonly string[]
}

/** Simulations that a proposal of waves may cost; fewer in a large cluster, where each takes long. */
const simulationsFor = ({ pods }: World): number => (pods.length > 5000 ? 8 : 80)

/**
 * An order and groups in which every node drains: each group is one `kubectl drain`, after which its nodes are
 * uncordoned before the next group starts (spec/drain.md O5, rolling). A node that drains in no group is left out.
 */
export function wavesOf(
  world: World,
  nodes: readonly string[],
  options: DrainOptions,
  planned: readonly PlannedNode[],
): Waves {
  if (nodes.length === 0) return { groups: [], assumptions: [] }
  if (planned.every(({ verdict }) => verdict === 'Drains')) return { groups: [nodes], assumptions: [] }
  if (nodes.length === 1)
    return {
      groups: planned.some(({ verdict }) => succeeds(verdict) === true) ? [nodes] : [],
      assumptions: [],
    }
  let left = simulationsFor(world)
  const drained = (group: readonly string[], from: State | undefined, wanted: Wanted): Run | undefined => {
    if (left <= 0) return undefined
    left -= 1
    const beginning = { budgetsOf: nodes, effort: QUICK, ...(from === undefined ? {} : { from }) }
    const run = simulate(world, group, options, beginning)
    return plannedNodes(run, options).every(({ verdict }) => wanted(verdict)) ? run : undefined
  }
  const groups: string[][] = []
  let waiting = nodes
  let state: State | undefined
  for (const wanted of WANTED)
    for (let grew = true; grew && waiting.length > 0; ) {
      const group: string[] = []
      let last: Run | undefined
      for (const node of waiting) {
        const run = drained([...group, node], state, wanted)
        if (run === undefined) continue
        group.push(node)
        last = run
      }
      grew = last !== undefined
      if (last === undefined) continue
      groups.push(group)
      state = last.paths[0]?.final
      waiting = waiting.filter((node) => !group.includes(node))
    }
  return { groups, assumptions: assumptions(groups, waiting, left <= 0) }
}

type Wanted = (verdict: Verdict) => boolean

/** Waves that lose nothing come first; what can't have that, drains somehow. */
const WANTED: readonly Wanted[] = [(verdict) => verdict === 'Drains', (verdict) => succeeds(verdict) === true]

const assumptions = (
  groups: readonly (readonly string[])[],
  without: readonly string[],
  cut: boolean,
): readonly string[] => [
  ...(groups.length > 1
    ? [
        'In waves, the nodes of a group are drained by one command, and uncordoned before the next group starts.',
      ]
    : []),
  ...(without.length > 0 ? [`In no wave, because it does not drain in any: ${without.join(', ')}.`] : []),
  ...(cut ? ['Not every grouping into waves was tried.'] : []),
]
