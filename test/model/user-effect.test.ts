import { describe, expect, test } from '@jest/globals'
import type { Backends, Impact } from '../../src/model/report/finding.ts'
import { outagesOf, userEffectOf, userEffectRank, worstEffect } from '../../src/model/report/user-effect.ts'

type Judged = Parameters<typeof userEffectOf>[0]

const error = (more: Partial<Judged> = {}): Judged => ({ severity: 'Error', effect: 'Unready', ...more })
const backends = (...counts: readonly (readonly [ready: number, total: number])[]): Impact => ({
  backends: counts.map(([ready, total], index): Backends => ({ service: `s${index}`, ready, total })),
})

describe('what trouble does to users', () => {
  test.each<readonly [string, Judged, string]>([
    ['a Service without a ready backend', error({ impact: backends([0, 3]) }), 'Outage'],
    [
      'a Service whose pods cannot even be created',
      error({ effect: 'NotStarted', impact: backends([0, 0]) }),
      'Outage',
    ],
    ['one of several Services', error({ impact: backends([2, 3], [0, 1]) }), 'Outage'],
    ['a Service that has some left', error({ impact: backends([1, 3]) }), 'Unready'],
    [
      'a Service that sends traffic to all',
      error({ impact: { backends: [{ service: 's', ready: 0, total: 1, publishesNotReady: true }] } }),
      'Unready',
    ],
    [
      'a rollout that is stuck',
      error({ effect: 'Restarting', impact: { rollout: 'too late' } }),
      'RolloutStuck',
    ],
    ['both: the outage is worse', error({ impact: { rollout: 'too late', ...backends([0, 1]) } }), 'Outage'],
    ['pods that do not start', error({ effect: 'NotStarted' }), 'NotStarted'],
    ['containers that restart', error({ effect: 'Restarting' }), 'Restarting'],
    // Another container keeps the pod out of its Service; this probe has nothing to do with it.
    ['a probe that does nothing', error({ effect: 'Inert', impact: backends([0, 1]) }), 'OtherError'],
    ['a Job that gave up', error({ effect: 'None' }), 'OtherError'],
    ['what may be over', error({ ongoing: false, impact: backends([0, 1]) }), 'OtherError'],
    ['a rule that was made an error', error({ effect: 'None', configuration: true }), 'OtherError'],
    ['what was broken', { severity: 'Warning', effect: 'Restarting', impact: backends([0, 1]) }, 'Warning'],
    ['a remark', { severity: 'Info', effect: 'None' }, 'Remark'],
    [
      'a start',
      {
        severity: 'Info',
        effect: 'Unready',
        starting: { startedAt: '', failureFrom: '', rule: 'ReadinessProbe' },
      },
      'Starting',
    ],
  ])('%s', (_title, finding, effect) => {
    expect(userEffectOf(finding)).toBe(effect)
  })

  test('only what goes on, and what acts, makes an outage', () => {
    const impact = backends([0, 1])
    expect(outagesOf(error({ impact }))).toEqual(['s0'])
    expect(outagesOf(error({ impact, ongoing: false }))).toEqual([])
    expect(outagesOf({ severity: 'Warning', effect: 'Unready', impact })).toEqual([])
  })

  test('an outage is worse than all else, and a remark is the least', () => {
    expect(worstEffect(['Warning', 'Outage', 'RolloutStuck'])).toBe('Outage')
    expect(worstEffect([])).toBe('Remark')
    expect(userEffectRank('Restarting')).toBeLessThan(userEffectRank('Warning'))
  })
})
