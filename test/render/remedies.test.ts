import { expect, test } from '@jest/globals'
import type { Finding, Fix } from '../../src/model/report/finding.ts'
import { remedies } from '../../src/render/report/fixes.ts'

const look: Fix = { title: 'See the log', risk: 'Inspect', command: 'kubectl logs web' }
const change: Fix = { title: 'Set port 8080', risk: 'Low', command: 'kubectl patch' }
const guess: Fix = { title: 'Double the limit', risk: 'Disruptive', tentative: true }
const byHand: Fix = {
  title: 'Set port 8080, in Rollout web',
  risk: 'Inspect',
  byHand: true,
  command: 'kubectl get',
}

const told = (fixes: readonly Fix[], confidence: Finding['confidence'] = 'Certain') =>
  remedies({ fixes, confidence }).map(({ label, text }) => `${label}: ${text}`)

test('a known change comes first, then what finds out more, then what is only a guess', () => {
  expect(told([look, guess, look, change, { ...change, title: 'Roll back' }])).toEqual([
    'fix: Set port 8080 (low risk)',
    'or: Roll back (low risk)',
    'look: See the log',
    'look: See the log',
    'fix: Double the limit (disruptive)',
  ])
})

test('where the cause is only possible, one looks first', () => {
  expect(told([look, change], 'Possible')).toEqual(['look: See the log', 'fix: Set port 8080 (low risk)'])
  expect(told([look, change], 'Likely')).toEqual(['fix: Set port 8080 (low risk)', 'look: See the log'])
})

test('a change by hand is no look, though its command changes nothing', () => {
  expect(told([look, byHand])).toEqual(['do: Set port 8080, in Rollout web', 'look: See the log'])
})
