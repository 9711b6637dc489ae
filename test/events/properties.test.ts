import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { REASONS } from '../../src/events/catalogue/catalogue.ts'
import { explainEvents } from '../../src/events/explain.ts'
import type { Event, KubeObject } from '../../src/model/kubernetes/objects.ts'
import { occurrence } from '../../src/model/snapshot/occurrence.ts'
import { eventReportText } from '../../src/render/events/report.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { ago, clusterOf, EVERYTHING, node, pod } from '../helpers/builders.ts'
import { ANY_CHARACTER } from '../helpers/characters.ts'

const REASON = fc.oneof(fc.constantFrom(...REASONS.map(({ reason }) => reason)), fc.string())
const MESSAGE = fc.oneof(
  fc.string({ unit: ANY_CHARACTER, maxLength: 40 }),
  fc.constantFrom(
    'Liveness probe failed: HTTP probe failed with statuscode: 503',
    'Container app failed liveness probe, will be restarted',
    'Back-off restarting failed container app in pod web-1_shop(u)',
    '(combined from similar events): Error: secret "b" not found',
    '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {a: b}.',
    'Created pod: web-1',
    'Multi-Attach error for volume "pv"',
  ),
)
const time = fc.option(
  fc.integer({ min: 0, max: 4000 }).map((seconds) => ago(seconds)),
  { nil: null },
)

const EVENT = fc.record(
  {
    kind: fc.constantFrom('Pod', 'Node', 'ReplicaSet', 'Deployment', 'Service', 'Gizmo', ''),
    name: fc.constantFrom('web-1', 'n1', 'web', 'web-7d9f8-bcdfg', ''),
    reason: REASON,
    message: MESSAGE,
    type: fc.constantFrom('Normal', 'Warning', 'Odd'),
    count: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
    first: time,
    last: time,
    component: fc.constantFrom('kubelet', 'karpenter', 'node-controller', ''),
  },
  { noNullPrototype: true },
)

const stored = fc.array(EVENT, { maxLength: 12 }).map((events) =>
  events.map(
    ({ kind, name, first, last, component, ...rest }, index) =>
      ({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { namespace: 'shop', name: `e${index}` },
        involvedObject: { kind, name, ...(kind === 'Node' ? {} : { namespace: 'shop' }) },
        firstTimestamp: first,
        lastTimestamp: last,
        source: { component },
        ...rest,
      }) as unknown as Event,
  ),
)

const explain = (items: readonly KubeObject[], all = true) =>
  explainEvents(clusterOf(items), { ...EVERYTHING, all })
const objects = [pod(), node()]

describe('whatever the events are', () => {
  test('each is told once, and no count is lost', () => {
    fc.assert(
      fc.property(stored, (events) => {
        const { incidents } = explain([...objects, ...events])
        const told = incidents
          .flatMap((incident) => incident.events)
          .reduce((sum, { count }) => sum + count, 0)
        expect(told).toBe(events.map(occurrence).reduce((sum, { count }) => sum + count, 0))
      }),
    )
  })

  test('the order of reading does not matter', () => {
    fc.assert(
      fc.property(
        stored.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        ([events, shuffled]) => {
          expect(explain([...shuffled, ...objects])).toEqual(explain([...objects, ...events]))
        },
      ),
    )
  })

  test('causes come before effects, and what has a cause is no root', () => {
    fc.assert(
      fc.property(stored, fc.boolean(), (events, all) => {
        explain([...objects, ...events], all).incidents.forEach(
          ({ causedBy, rootCause, severity }, index) => {
            if (causedBy !== null) expect([causedBy < index, rootCause]).toEqual([true, false])
            else if (severity === 'Error') expect(rootCause).toBe(true)
          },
        )
      }),
    )
  })

  test('the terminal is safe', () => {
    fc.assert(
      fc.property(stored, fc.boolean(), (events, wide) => {
        const style = { ...PLAIN, width: 80 }
        const text = eventReportText(explain([...objects, ...events]), {
          style,
          wide,
          noHeaders: false,
          allNamespaces: true,
        })
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }),
    )
  })
})
