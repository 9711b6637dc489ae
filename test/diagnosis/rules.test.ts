import { describe, expect, test } from '@jest/globals'
import { PROBE_RULES, type ProbeRule } from '../../src/diagnosis/causes/probe-rules.ts'
import { checked, type FieldCase, loudRoots } from '../helpers/field.ts'
import { FIELD_CASES } from './field/cases.ts'

/** What is found while one rule is missing from the list. */
function without<T>(rule: ProbeRule, run: () => T): T {
  const rules = PROBE_RULES as ProbeRule[]
  const index = rules.indexOf(rule)
  rules.splice(index, 1)
  try {
    return run()
  } finally {
    rules.splice(index, 0, rule)
  }
}

const codes = (one: FieldCase): readonly string[] =>
  loudRoots(checked(one)).map(({ code, subject: { probe } }) => `${code}/${probe}`)

/** Cases whose cause the text of a probe event tells; a port name is looked up in the spec instead. */
const TOLD = FIELD_CASES.filter(
  ({ finds: [first = ''] }) => first.includes('/') && !first.includes('port-name-unknown'),
)

/** The rules without which a case is no longer what it is. */
const deciding = (one: FieldCase): readonly ProbeRule[] => {
  const [code = ''] = codes(one)
  return PROBE_RULES.filter((rule) => !without(rule, () => codes(one)).includes(code))
}

describe('turning a rule off', () => {
  const decided = new Map(TOLD.map((one) => [one, deciding(one)]))

  test.each(TOLD.map((one) => [one.row, one.when ?? `near miss: ${one.near}`, one] as const))(
    'makes row %i lose its cause, and one rule alone does so: %s',
    (_row, _name, one) => {
      expect(decided.get(one)?.map(({ name }) => name)).toHaveLength(1)
    },
  )

  test.each(PROBE_RULES.map((rule) => [rule.name, rule] as const))('matters to a case: %s', (_name, rule) => {
    expect([...decided.values()].some((rules) => rules.includes(rule))).toBe(true)
  })
})

test('each class of message has one rule at most', () => {
  const classes = PROBE_RULES.flatMap(({ name }) => name.split(', '))
  expect(new Set(classes).size).toBe(classes.length)
})
