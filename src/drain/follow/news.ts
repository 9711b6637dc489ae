import { plural } from '../../model/text/words.ts'
import type { Deviation, FollowedNode, Following } from '../types/following.ts'

/** What is different between two looks, in a line each; without an earlier one: how things stand. */
export function drainNews(before: Following | undefined, after: Following): readonly string[] {
  const known = new Set([...(before?.nodes ?? []), ...(before?.deviations ?? [])].map(keyOf))
  return [
    ...after.nodes.filter((node) => !known.has(keyOf(node))).map(nodeLine),
    ...after.deviations.filter((deviation) => !known.has(keyOf(deviation))).map(deviationLine),
  ]
}

const keyOf = (told: FollowedNode | Deviation): string => JSON.stringify(told)

const STATES: Readonly<Record<FollowedNode['state'], string>> = {
  NotStarted: 'the drain has not started',
  Cordoned: 'cordoned',
  Draining: 'draining',
  Drained: 'drained',
  Removed: 'removed from the cluster',
}

const nodeLine = ({ name, state, gone, of }: FollowedNode): string =>
  `${name}: ${STATES[state]}; ${gone} of ${plural(of, 'pod')} gone`

const deviationLine = ({ code, node, pod, budget, message }: Deviation): string =>
  `not as planned: ${[node, pod, budget && `PDB ${budget}`].filter(Boolean).join(', ')}: ${message} (${code})`
