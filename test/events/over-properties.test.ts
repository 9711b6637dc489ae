import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Event } from '../../src/model/kubernetes/objects.ts'
import { eventReportText } from '../../src/render/events/report.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { ago, event } from '../helpers/builders.ts'
import { eventReport, ONLY_EVENTS, regarding } from '../helpers/incidents.ts'

const PODS = ['web-0', 'web-1']
const CONTAINERS = ['app', 'sidecar']

/** A trouble of a container or a pod, and the event that ends it. */
const TROUBLES = [
  { reason: 'Failed', message: 'Error: secret "b" not found', end: 'Started', ofContainer: true },
  {
    reason: 'ErrImageNeverPull',
    message: 'Container image is not present',
    end: 'Pulled',
    ofContainer: true,
  },
  { reason: 'BackOff', message: 'Back-off restarting failed container', end: undefined, ofContainer: true },
  {
    reason: 'FailedScheduling',
    message: '0/1 nodes are available: 1 Insufficient cpu.',
    end: 'Scheduled',
    ofContainer: false,
  },
  {
    reason: 'FailedMount',
    message: 'MountVolume.SetUp failed for volume "a" : secret "b" not found',
    end: 'Started',
    ofContainer: false,
  },
  { reason: 'GizmoBroken', message: 'nobody knows', end: undefined, ofContainer: false },
] as const

/** Steps of every day, which end nothing that they are not the end of. */
const ORDINARY = ['Pulling', 'Pulled', 'Created', 'Started', 'Scheduled', 'Killing'] as const

interface Happening {
  readonly pod: string
  readonly container: string | undefined
  readonly reason: string
  readonly message: string
  readonly type: 'Normal' | 'Warning'
  readonly second: number
  readonly count: number
}

const NOW_SECOND = 500

const eventOf = ({ pod, container, reason, message, type, second, count }: Happening, index: number): Event =>
  event(reason, message, {
    metadata: { name: `e${index}` },
    involvedObject: {
      name: pod,
      uid: `uid-${pod}`,
      fieldPath: container === undefined ? undefined : `spec.containers{${container}}`,
    },
    type,
    count,
    firstTimestamp: ago(NOW_SECOND - second + (count - 1)),
    lastTimestamp: ago(NOW_SECOND - second),
  })

const reportOf = (all: readonly Happening[]) => eventReport(all.map(eventOf), {}, ONLY_EVENTS)

const second = fc.integer({ min: 1, max: NOW_SECOND })
const place = fc.record({
  pod: fc.constantFrom(...PODS),
  container: fc.constantFrom(...CONTAINERS),
  second,
  count: fc.integer({ min: 1, max: 5 }),
})

const trouble = fc.tuple(fc.constantFrom(...TROUBLES), place).map(
  ([{ reason, message, ofContainer }, at]): Happening => ({
    ...at,
    container: ofContainer ? at.container : undefined,
    reason,
    message,
    type: 'Warning',
  }),
)

const step = fc.tuple(fc.constantFrom(...ORDINARY), place).map(
  ([reason, at]): Happening => ({
    ...at,
    container: reason === 'Scheduled' ? undefined : at.container,
    reason,
    message: reason,
    type: 'Normal',
  }),
)

const interleaving = fc.array(fc.oneof(trouble, step), { maxLength: 12 })

/** Whether what follows ends the trouble for sure, said once more and more simply than the program does. */
function isEnded({ pod, container, reason, second: at }: Happening, all: readonly Happening[]): boolean {
  const end = TROUBLES.find((one) => one.reason === reason)?.end
  // Whatever container was started, its image was there and its pod had its volumes.
  const ends: readonly (string | undefined)[] = end === 'Pulled' ? ['Pulled', 'Started'] : [end]
  return all.some(
    (one) =>
      ends.includes(one.reason) &&
      one.pod === pod &&
      (container === undefined || one.container === container) &&
      (one.second > at || (one.second === at && one.reason === 'Scheduled')),
  )
}

/** The Warnings that are told in an incident which is not over. */
const toldOpen = (all: readonly Happening[]): ReadonlySet<string> =>
  new Set(
    reportOf(all).incidents.flatMap(({ over, events }) =>
      over ? [] : events.map(({ object, reason }) => `${object} ${reason}`),
    ),
  )

const keyOf = ({ pod, reason }: Happening) => `Pod shop/${pod} ${reason}`

describe('whatever comes in which order', () => {
  test('what nothing has ended is told, and not as over', () => {
    fc.assert(
      fc.property(interleaving, (all) => {
        const open = all.filter((one) => one.type === 'Warning' && !isEnded(one, all))
        const told = toldOpen(all)
        expect(open.map(keyOf).filter((key) => !told.has(key))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('what was ended is not told as open, unless the same happened once more', () => {
    fc.assert(
      fc.property(interleaving, (all) => {
        const warnings = all.filter(({ type }) => type === 'Warning')
        const open = new Set(warnings.filter((one) => !isEnded(one, all)).map(keyOf))
        const ended = warnings.filter((one) => !open.has(keyOf(one)))
        const told = toldOpen(all)
        expect(ended.map(keyOf).filter((key) => told.has(key))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test('ordinary events that come before, or about other pods, hide no Warning', () => {
    fc.assert(
      fc.property(trouble, fc.array(step, { maxLength: 8 }), (one, steps) => {
        const before = steps.filter((two) => two.pod !== one.pod || two.second < one.second)
        expect(toldOpen([...before, one])).toContain(keyOf(one))
      }),
      { numRuns: 200 },
    )
  })

  test('without one of the events that end troubles, nothing more is over', () => {
    fc.assert(
      fc.property(interleaving, fc.nat(), (all, choice) => {
        const steps = all.filter(({ type }) => type === 'Normal')
        const removed = steps[choice % Math.max(1, steps.length)]
        const before = toldOpen(all)
        const after = toldOpen(all.filter((one) => one !== removed))
        expect([...before].filter((key) => !after.has(key) && key !== (removed && keyOf(removed)))).toEqual(
          [],
        )
      }),
      { numRuns: 200 },
    )
  })

  test('where anything went wrong, the report does not say that all of it is ordinary', () => {
    fc.assert(
      fc.property(interleaving, (all) => {
        const text = eventReportText(reportOf(all), {
          style: { ...PLAIN, width: 500 },
          wide: false,
          noHeaders: false,
          allNamespaces: true,
        })
        if (all.some(({ type }) => type === 'Warning')) expect(text).not.toContain('ordinary one')
        if (all.some(({ type }) => type === 'Warning')) expect(text).not.toContain('all of them ordinary')
      }),
      { numRuns: 200 },
    )
  })

  test('nor does what becomes of other objects end it', () => {
    const other = (name: string) => regarding('Pod', name)
    const failed = event('FailedMount', 'secret "b" not found', other('a'))
    const started = event('Started', 'x', { ...other('b'), type: 'Normal', lastTimestamp: ago(1) })
    expect(eventReport([failed, started], {}, ONLY_EVENTS).incidents).toMatchObject([{ over: false }])
  })
})
