import { compareText, sortedBy } from '../../model/text/sort.ts'
import type { Obstacle } from '../types/obstacle.ts'
import { succeeds } from '../verdict.ts'
import type { JudgedNode } from './nodes/judged-nodes.ts'
import { deciderOf, messageWithoutPods } from './nodes/reason-words.ts'

/**
 * What keeps nodes from draining, each obstacle once with all the nodes that it concerns, the most common first. A
 * node with several is under each of them.
 */
export function obstaclesOf(nodes: readonly JudgedNode[]): readonly Obstacle[] {
  const found = nodes
    .filter(({ verdict }) => succeeds(verdict) !== true)
    .flatMap(({ name, reasons }) => reasons.map((reason) => ({ node: name, reason })))
  const groups = Map.groupBy(found, ({ reason }) =>
    [reason.code, ...reason.budgets, deciderOf(reason) ?? ''].join(' '),
  )
  return sortedBy(
    [...groups.values()].flatMap((group): Obstacle[] => {
      const [first] = group
      if (first === undefined) return []
      const messages = new Set(group.map(({ reason }) => messageWithoutPods(reason)))
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
