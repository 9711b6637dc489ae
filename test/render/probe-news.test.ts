import { describe, expect, test } from '@jest/globals'
import type { Rollout } from '../../src/model/kubernetes/rollout.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import { probeNews, rolloutEnd } from '../../src/probes/news.ts'
import type { ProbeReport } from '../../src/probes/report.ts'
import { probeNewsLines } from '../../src/render/probes/news.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'

const finding = (changes: Partial<Finding> = {}): Finding =>
  ({
    code: 'hang',
    severity: 'Error',
    confidence: 'Likely',
    subject: { namespace: 'shop', kind: 'Deployment', name: 'web', container: 'app', pods: ['web-1'] },
    summary: 'it hangs',
    ...changes,
  }) as Finding

const report = (now: string, findings: readonly Finding[] = [], rollout?: Rollout): ProbeReport =>
  ({
    now,
    findings,
    workloads: [{ namespace: 'shop', kind: 'Deployment', name: 'web', ...(rollout && { rollout }) }],
  }) as unknown as ProbeReport

const news = (before: ProbeReport | undefined, after: ProbeReport) =>
  probeNewsLines(probeNews(before, after), after.now, PLAIN)

describe('what is new between two reports', () => {
  const HANG = 'Error: Deployment shop/web, container app (hang, likely): it hangs'

  test('is a finding that appears, and one that goes', () => {
    expect(news(report('T1'), report('T2', [finding()]))).toEqual([`T2  new      ${HANG}`])
    expect(news(report('T1', [finding()]), report('T2'))).toEqual([`T2  gone     ${HANG}`])
  })

  test('is a finding that gets worse, better or more certain', () => {
    const [line] = news(report('T1', [finding()]), report('T2', [finding({ confidence: 'Certain' })]))
    expect(line).toBe('T2  changed  Error: Deployment shop/web, container app (hang): it hangs')
    expect(news(report('T1', [finding({ severity: 'Warning' })]), report('T2', [finding()]))).toEqual([
      `T2  changed  ${HANG}`,
    ])
  })

  test('is nothing where only pods have other names', () => {
    const moved = finding({ subject: { ...finding().subject, pods: ['web-2'] } })
    expect(news(report('T1', [finding()]), report('T2', [moved]))).toEqual([])
  })

  test('is everything that is wrong, the first time', () => {
    const remark = finding({ severity: 'Info', code: 'image-latest' })
    expect(news(undefined, report('T1', [finding(), remark]))).toEqual([`T1  new      ${HANG}`])
  })

  test('is a start that is not over, how it ended, and what became of it', () => {
    const starting = { startedAt: 'T0', failureFrom: 'T9', rule: 'ReadinessProbe' } as const
    const start = finding({
      severity: 'Info',
      confidence: 'Certain',
      code: 'starting',
      summary: 'until T9',
      starting,
    })
    const about = 'Starting: Deployment shop/web, container app (starting)'
    expect(news(undefined, report('T1', [start]))).toEqual([`T1  new      ${about}: until T9`])
    expect(news(report('T1', [start]), report('T2', [start]))).toEqual([])
    expect(news(report('T1', [start]), report('T2'))).toEqual([`T2  gone     ${about}: the start is over`])
    expect(news(report('T1', [start]), report('T9', [finding()]))).toEqual([`T9  new      ${HANG}`])
  })

  test('is a rollout that gets further', () => {
    const step = (message: string): Rollout => ({ state: 'Progressing', message })
    expect(news(report('T1', [], step('1 of 2')), report('T2', [], step('2 of 2')))).toEqual([
      'T2  rollout  Deployment shop/web: 2 of 2',
    ])
    expect(news(report('T1', [], step('1 of 2')), report('T2', [], step('1 of 2')))).toEqual([])
  })
})

describe('a watch of a rollout', () => {
  const at = (state: Rollout['state']) => report('T', [], { state, message: state })
  test.each<[Rollout['state'] | undefined, Rollout['state'], string | undefined]>([
    ['Progressing', 'Complete', 'Complete'],
    ['Progressing', 'Stuck', 'Stuck'],
    ['Progressing', 'Progressing', undefined],
    ['Complete', 'Progressing', undefined],
    // Who starts to watch before the change waits for it.
    [undefined, 'Complete', undefined],
    ['Complete', 'Complete', undefined],
    [undefined, 'Stuck', undefined],
  ])('from %s to %s ends it: %s', (before, after, end) =>
    expect(rolloutEnd(before && at(before), at(after))).toBe(end),
  )
})
