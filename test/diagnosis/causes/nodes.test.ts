import { describe, expect, test } from '@jest/globals'
import { diagnoseNodes } from '../../../src/diagnosis/diagnose.ts'
import {
  ago,
  clusterOf,
  condition,
  container,
  deployment,
  node,
  ownedBy,
  pod,
} from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { crashing } from '../../helpers/probes.ts'

describe('nodes', () => {
  const down = node({
    status: {
      conditions: [
        condition('Ready', { status: 'Unknown', reason: 'NodeStatusUnknown', lastTransitionTime: ago(300) }),
      ],
    },
  })
  const notReady = { status: { conditions: [condition('Ready', { status: 'False' })] } }

  test('a node that is not ready is the cause of what its pods show', () => {
    const broken = crashing({}, 3, { exitCode: 1 })
    const findings = found([
      { ...broken, status: { ...broken.status, ...notReady.status } } as typeof broken,
      down,
    ])
    expect(roots(findings)).toEqual(['Error node-not-ready Certain'])
    expect(found([pod(), down])).toEqual([])
  })

  test('nodes have findings of their own', () => {
    const pressed = node({
      metadata: { name: 'n2' },
      status: { conditions: [condition('Ready'), condition('DiskPressure')] },
    })
    const findings = diagnoseNodes(clusterOf([down, pressed, node({ metadata: { name: 'n3' } })]))
    expect(findings.map(({ code, subject }) => [code, subject.name])).toEqual([
      ['node-not-ready', 'n1'],
      ['node-pressure', 'n2'],
    ])
  })

  const ended = (reason: string, message: string) =>
    pod({ status: { phase: 'Failed', reason, message, conditions: [], containerStatuses: [] } })

  test.each([
    ['Evicted', 'The node was low on resource: memory. Threshold quantity: 100Mi', 'evicted'],
    ['Preempting', 'Preempted in order to admit critical pod', 'preempted'],
    ['OutOfcpu', "Node didn't have enough resource: cpu", 'kubelet-rejected'],
    ['NodeAffinity', 'Predicate NodeAffinity failed', 'kubelet-rejected'],
  ])('%s', (reason, message, code) => {
    expect(roots(found([ended(reason, message)]))).toEqual([`Error ${code} Certain`])
  })

  test('a pod that was refused on arrival never ran, so its use and its requests are not to blame', () => {
    for (const message of [
      'The node had condition: [DiskPressure]. ',
      'Pod The node had condition: [DiskPressure]. ',
    ]) {
      const [finding] = found([ended('Evicted', message)])
      expect(finding?.summary).toContain('refused it on arrival')
      expect(finding?.explanation).toContain('never ran')
      expect(finding?.explanation).not.toContain('first those that use most')
    }
  })

  test('an evicted pod that was replaced long ago is only told', () => {
    const [deploy, replicaSet] = deployment({ containers: [container()] } as never)
    const old = ended('Evicted', 'The node was low on resource: memory. ')
    const evicted = {
      ...old,
      metadata: { ...old.metadata, ...ownedBy(replicaSet) },
      status: { ...old.status, startTime: ago(90000) },
    } as typeof old
    const healthy = pod({ metadata: { name: 'web-2', uid: 'uid-web-2', ...ownedBy(replicaSet) } })
    expect(
      found([deploy, replicaSet, evicted, healthy]).map(({ severity, rootCause }) => [severity, rootCause]),
    ).toEqual([['Info', false]])
  })
})
