import { describe, expect, test } from '@jest/globals'
import { CAUSE_CODES } from '../../src/diagnosis/codes/codes.ts'
import { parsePodEnd } from '../../src/diagnosis/messages/pod-end.ts'
import { findReason, REASONS } from '../../src/events/catalogue/catalogue.ts'
import { reasonsMarkdown } from '../../src/events/catalogue/doc.ts'
import { codeOfReason } from '../../src/events/catalogue/reason-code.ts'
import { KUBELET_ADMISSION } from '../../src/events/catalogue/reasons/kubelet-admission.ts'
import type { ReasonRow } from '../../src/events/catalogue/types.ts'
import { CAUSAL_RULES } from '../../src/events/causality/rules.ts'
import { classify } from '../../src/events/facts/classify.ts'
import { REASONS_OF_CAUSES } from '../../src/events/incidents/attribution.ts'
import { occurrence } from '../../src/model/snapshot/occurrence.ts'
import { event } from '../helpers/builders.ts'
import { CASE_MESSAGES, OTHER_MESSAGES } from './case-messages.ts'

const CASES = [...new Set(REASONS.flatMap(({ cases = [] }) => cases))]

/** Whatever is there twice. */
const repeated = (keys: readonly string[]) => keys.filter((key, index) => keys.indexOf(key) !== index)

/** An event that the row is about: its reason and kind, by its component. */
const eventOf = ({ reason, kinds, components, type }: ReasonRow, message: string, changes: object = {}) =>
  occurrence(
    event(reason, message, {
      involvedObject: { kind: kinds[0] ?? 'Widget', fieldPath: undefined },
      source: { component: components[0] ?? 'some-controller' },
      type,
      ...changes,
    }),
  )

describe('the catalogue', () => {
  test('knows more than 250 reasons', () => {
    expect(new Set(REASONS.map(({ reason }) => reason)).size).toBeGreaterThan(250)
  })

  test('says in whole sentences what each reason means and what to do, without the last full stop', () => {
    const texts = [...REASONS, ...CASES].flatMap(({ meaning, advice }) => [meaning, advice ?? 'Nothing'])
    expect(texts.filter((text) => !/^\S.*[^.\s]$/.test(text) || text.includes('  '))).toEqual([])
  })

  test('has no two rows for the same reason, kind and component', () => {
    const keys = REASONS.flatMap(({ reason, kinds, components }) =>
      (kinds.length === 0 ? ['*'] : kinds).flatMap((kind) =>
        (components.length === 0 ? ['*'] : components).map((component) => `${reason} ${kind} ${component}`),
      ),
    )
    expect(repeated(keys)).toEqual([])
  })

  test('gives every case an id of its own that is no code of a cause', () => {
    const codes = new Set<string>(CAUSE_CODES.map(({ code }) => code))
    const ids = CASES.map(({ id }) => id)
    expect(repeated(ids)).toEqual([])
    expect(ids.filter((id) => codes.has(id))).toEqual([])
  })

  test('knows the reasons that resolve others, that rules of causality ask for, and that causes account for', () => {
    const known = new Set(REASONS.map(({ reason }) => reason))
    const named = [
      ...[...REASONS, ...CASES].flatMap(({ resolvedBy = [] }) => resolvedBy),
      ...CAUSAL_RULES.flatMap(({ cause, effect }) => [cause, effect]).flatMap((pattern) =>
        pattern === 'AnyRootCause' ? [] : (pattern.reasons ?? []),
      ),
      ...Object.values(REASONS_OF_CAUSES).flat(),
    ]
    expect(named.filter((reason) => !known.has(reason))).toEqual([])
  })

  test('has a page with every reason', () => {
    const page = reasonsMarkdown()
    expect(REASONS.filter(({ reason }) => !page.includes(`\`${reason}\``))).toEqual([])
    expect(page).not.toContain('undefined')
  })
})

/** Written when a pod that runs already asks for too much, or for a node that goes down: no refusals. */
const NO_REFUSALS: readonly string[] = ['FailedNodeDeclaredFeaturesCheck', 'NodeShutdown']

test('with what the kubelet refuses pods, as an event tells it, it does in the status of the pod', () => {
  const reasons = KUBELET_ADMISSION.map(({ reason }) => reason).filter((one) => !NO_REFUSALS.includes(one))
  expect(reasons.length).toBeGreaterThan(20)
  for (const reason of [...reasons, 'OutOfexample.com/gpu', 'OutOfhugepages-2Mi']) {
    expect([reason, parsePodEnd(reason)]).toEqual([reason, 'Rejected'])
    expect([reason, classify(occurrence(event(reason, 'x'))).code]).toEqual([reason, 'kubelet-rejected'])
  }
  expect(['OutOf', 'OutOf ', 'constructor', 'Completed'].map(parsePodEnd)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

describe('every row', () => {
  test('explains its event', () => {
    const wrong = REASONS.filter((row) => {
      const { row: found, code, meaning, specific } = classify(eventOf(row, 'words that nobody has seen'))
      return (
        found !== row ||
        code !== (row.causeCode ?? codeOfReason(row.reason)) ||
        meaning !== row.meaning ||
        specific
      )
    })
    expect(wrong).toEqual([])
  })

  test('is not that of another reason, kind or writer', () => {
    const kind = { involvedObject: { kind: 'Stranger', fieldPath: undefined } }
    const writer = { source: { component: 'somebody-else' } }
    const wrong = REASONS.filter(
      (row) =>
        (row.kinds.length > 0 && findReason(eventOf(row, '', kind)) === row) ||
        (row.components.length > 0 && findReason(eventOf(row, '', writer)) === row) ||
        findReason(eventOf({ ...row, reason: `${row.reason}x` }, '', { ...kind, ...writer })) !== undefined,
    )
    expect(wrong).toEqual([])
  })
})

describe('every case', () => {
  /** Every case with every row that has it. */
  const cases = REASONS.flatMap((row) =>
    (row.cases ?? []).map((one) => ({ name: `${one.id} of ${row.reason}`, row, one })),
  )

  test.each(cases)('$name is told by its messages', ({ row, one }) => {
    const messages = CASE_MESSAGES[one.id]
    expect(messages.length).toBeGreaterThan(0)
    for (const message of messages) {
      const { caseId, code, meaning, advice, specific } = classify(eventOf(row, message))
      expect([message, caseId]).toEqual([message, one.id])
      expect([meaning, advice, specific]).toEqual([one.meaning, one.advice, true])
      expect(code).toBe(one.causeCode ?? row.causeCode ?? one.id)
    }
  })

  test.each(Object.entries(OTHER_MESSAGES))('%s has messages that are none', (reason, messages) => {
    const rows = REASONS.filter((row) => row.reason === reason && row.cases !== undefined)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows)
      for (const message of messages) {
        const { row: found, caseId } = classify(eventOf(row, message))
        expect([message, found?.reason, caseId]).toEqual([message, reason, undefined])
      }
  })
})
