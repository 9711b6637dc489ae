import { describe, expect, test } from '@jest/globals'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { recordedFailures } from '../helpers/recordings.ts'

const EVERYTHING = { targets: [], selector: [] }

/** What recovered before it was recorded: its last run is well. */
const RECOVERED = /later|liveness-403/

describe('recordings of a real cluster', () => {
  const cases = recordedFailures().map(({ name, probe, snapshot }) => {
    const { workloads } = probeCheck(indexCluster(snapshot), { selection: EVERYTHING })
    const probes = workloads.flatMap(({ containers }) => containers.flatMap((container) => container.probes))
    return { name, broken: probe, probes }
  })

  test.each(cases.filter(({ broken, name }) => broken !== undefined && !RECOVERED.test(name)))(
    'in $name the $broken probe does not pass',
    ({ broken, probes }) => {
      const states = probes.filter(({ type }) => type === broken).map(({ state }) => state)
      expect(states).toHaveLength(1)
      expect(['Failing', 'Inert', 'NotRunning']).toContain(states[0])
    },
  )

  test('in the healthy one all pass, though some failed while it started', () => {
    const probes = cases.filter(({ name }) => name === 'healthy').flatMap((one) => one.probes)
    expect(probes.map(({ state }) => state)).toEqual(['Passing', 'Passing', 'Passing'])
  })
})
