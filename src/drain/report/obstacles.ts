import { compareText, groupBy, sortedBy } from '../../model/text/sort.ts'
import type { PlannedNode } from '../types/node.ts'
import type { Obstacle } from '../types/obstacle.ts'
import { succeeds } from '../verdict.ts'

/**
 * What keeps nodes from draining, each obstacle once with all the nodes that it concerns, the most common first. A
 * node with several is under each of them.
 */
export function obstaclesOf(nodes: readonly PlannedNode[]): readonly Obstacle[] {
  const found = nodes
    .filter(({ verdict }) => succeeds(verdict) !== true)
    .flatMap(({ name, reasons }) => reasons.map((reason) => ({ node: name, reason })))
  const groups = groupBy(found, ({ reason }) => [reason.code, ...reason.budgets].join(' '))
  return sortedBy(
    [...groups.values()].flatMap((group): Obstacle[] => {
      const [first] = group
      if (first === undefined) return []
      const messages = new Set(group.map(({ reason }) => withoutPods(reason.message, reason.pods)))
      return [
        {
          code: first.reason.code,
          message: [...messages].sort(compareText)[0] ?? '',
          budgets: first.reason.budgets,
          nodes: [...new Set(group.map(({ node }) => node))].sort(compareText),
          pods: new Set(group.flatMap(({ reason }) => reason.pods)).size,
        },
      ]
    }),
    ({ code, nodes: concerned, budgets }) => [-concerned.length, code, ...budgets],
  )
}

/** kubectl's refusals end with the pods that they are about. */
const withoutPods = (message: string, pods: readonly string[]): string => {
  const tail = `: ${pods.join(', ')}`
  return pods.length > 0 && message.endsWith(tail) ? message.slice(0, -tail.length) : message
}
