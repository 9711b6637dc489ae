import { describe, expect, test } from '@jest/globals'
import { NEEDS } from '../../src/commands/shared/needs.ts'
import type { DrainOptions } from '../../src/drain/types/options.ts'
import type { Resource } from '../../src/model/kubernetes/kinds.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { ABC, budget, deployment, planFor } from '../helpers/drain-builders.ts'
import { drainedNodes } from '../helpers/drained.ts'
import { recordedDrains } from '../helpers/recordings.ts'

/** From the best to the worst; `Unknown` is always allowed. */
const RANKS = ['Drains', 'DrainsDegraded', 'OrderDependent', 'Waits', 'Fails', 'Refused', 'Blocks']

const unread = ({ objects, gaps, ...snapshot }: Snapshot, resource: Resource): Snapshot => ({
  ...snapshot,
  objects: { ...objects, [resource]: [] },
  gaps: [
    ...gaps.filter((gap) => gap.resource !== resource),
    { resource, reason: 'Forbidden', message: `${resource} is forbidden` },
  ],
})

const verdictsOf = (
  snapshot: Snapshot,
  { nodes, options }: { readonly nodes: readonly string[]; readonly options: DrainOptions },
) => drainedNodes(indexCluster(snapshot), nodes, options).map(({ verdict }) => verdict)

/** Every fifteenth of the recorded drains, with its verdicts, so that the tests take seconds. */
const DRAINS = [...recordedDrains()]
  .filter((_, index) => index % 15 === 0)
  .map((recorded) => ({ ...recorded, known: verdictsOf(recorded.snapshot, recorded) }))

test.each(NEEDS['drain-plan'].filter((resource) => !['nodes', 'pods', 'services'].includes(resource)))(
  'without the right to list %s no verdict of a recorded drain is better than with it',
  (resource) => {
    const better = DRAINS.flatMap(({ known, ...recorded }) =>
      verdictsOf(unread(recorded.snapshot, resource), recorded).flatMap((verdict, index) =>
        verdict !== 'Unknown' && RANKS.indexOf(verdict) < RANKS.indexOf(known[index] ?? '')
          ? [`${recorded.name}: ${verdict} in place of ${known[index]}`]
          : [],
      ),
    )
    expect(better).toEqual([])
  },
)

describe('without the controllers of its pods, a budget is taken at its status, and that is said', () => {
  const status = {
    observedGeneration: 1,
    expectedPods: 2,
    desiredHealthy: 1,
    currentHealthy: 2,
    disruptionsAllowed: 1,
  }
  const said = (spec: object, options: Partial<DrainOptions> = {}) =>
    planFor(
      [...ABC, deployment('w', { on: ['a', 'b'] }).slice(2), budget('p', spec, { status })],
      'a',
      options,
      {
        replicasets: 'Forbidden',
        deployments: 'Forbidden',
      },
    ).assumptions.filter((text) => text.includes('ns/p'))

  test.each([[{ minAvailable: '50%' }], [{ maxUnavailable: 1 }]])('%j', (spec) => {
    expect(said(spec)).toEqual([
      'Not all controllers of the pods of ns/p were read: how many pods there should be is taken from the status.',
    ])
  })

  test('not where that does not matter', () => {
    expect(said({ minAvailable: 1 })).toEqual([])
    expect(said({ maxUnavailable: 1 }, { disableEviction: true })).toEqual([])
  })
})
