import { expect, test } from '@jest/globals'
import { NEEDS } from '../../src/commands/shared/needs.ts'
import { drainPlan } from '../../src/drain/plan.ts'
import type { Resource } from '../../src/model/kubernetes/kinds.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { recordedDrains } from '../helpers/recordings.ts'

/** From the best to the worst; `Unknown` is always allowed. */
const RANKS = ['Drains', 'DrainsDegraded', 'OrderDependent', 'Waits', 'Fails', 'Refused', 'Blocks']

/** Every so many of the recorded drains, so that the test takes seconds. */
const STEP = 20

const unread = ({ objects, gaps, ...snapshot }: Snapshot, resource: Resource): Snapshot => ({
  ...snapshot,
  objects: { ...objects, [resource]: [] },
  gaps: [
    ...gaps.filter((gap) => gap.resource !== resource),
    { resource, reason: 'Forbidden', message: `${resource} is forbidden` },
  ],
})

const verdictsOf = (snapshot: Snapshot, { nodes, options }: { nodes: readonly string[]; options: object }) =>
  drainPlan(indexCluster(snapshot), nodes, options as never).nodes.map(({ verdict }) => verdict)

test.each(NEEDS['drain-plan'].filter((resource) => !['nodes', 'pods', 'services'].includes(resource)))(
  'without the right to list %s no verdict of a recorded drain is better than with it',
  (resource) => {
    const better = [...recordedDrains()]
      .filter((_, index) => index % STEP === 0)
      .flatMap((recorded) => {
        const known = verdictsOf(recorded.snapshot, recorded)
        return verdictsOf(unread(recorded.snapshot, resource), recorded).flatMap((verdict, index) =>
          verdict !== 'Unknown' && RANKS.indexOf(verdict) < RANKS.indexOf(known[index] ?? '')
            ? [`${recorded.name}: ${verdict} in place of ${known[index]}`]
            : [],
        )
      })
    expect(better).toEqual([])
  },
)
