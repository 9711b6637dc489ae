import { describe, expect, test } from '@jest/globals'
import { CONTAINER_RULES, POD_RULES } from '../../../src/diagnosis/causes/rules.ts'
import { PROBE_MESSAGE_PATTERNS } from '../../../src/diagnosis/messages/probe-patterns.ts'
import type { ProbeFailure } from '../../../src/diagnosis/probes/failure.ts'
import {
  CLASS_RULES,
  NOT_JUDGED,
  PROBE_RULES,
  type ProbeRule,
} from '../../../src/diagnosis/probes/rules/rules.ts'
import { indexCluster } from '../../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../../src/probes/check.ts'
import { RULES } from '../../../src/probes/rules/rules.ts'
import { EVERYTHING } from '../../helpers/builders.ts'
import { checked, type FieldCase, loudRoots } from '../../helpers/findings.ts'
import { recordedFailures } from '../../helpers/recordings.ts'
import { FIELD_CASES } from '../field/cases.ts'

/** What is found while one rule is missing from its list. */
function withoutRule<Rule, T>(list: readonly Rule[], rule: Rule, run: () => T): T {
  const rules = list as Rule[]
  const index = rules.indexOf(rule)
  rules.splice(index, 1)
  try {
    return run()
  } finally {
    rules.splice(index, 0, rule)
  }
}

const without = <T>(rule: ProbeRule, run: () => T): T => withoutRule(PROBE_RULES, rule, run)

const codes = (one: FieldCase): readonly string[] =>
  loudRoots(checked(one)).map(({ code, subject: { probe } }) => `${code}/${probe}`)

/** Cases whose cause the text of a probe event tells; a port name is looked up in the spec instead. */
const TOLD = FIELD_CASES.filter(
  ({ finds: [first = ''] }) => first.includes('/') && !first.includes('port-name-unknown'),
)

/** The rules without which a case is no longer what it is: some of those that judge something of it. */
const deciding = (one: FieldCase): readonly ProbeRule[] => {
  const judging = new Set<ProbeRule>()
  const rules = PROBE_RULES as ProbeRule[]
  const told = rules.map((rule) => ({
    ...rule,
    judge: (failure: ProbeFailure) => {
      judging.add(rule)
      return rule.judge(failure)
    },
  }))
  const originals = rules.splice(0, rules.length, ...told)
  const [code = ''] = codes(one)
  rules.splice(0, rules.length, ...originals)
  return [...judging].filter((rule) => !without(rule, () => codes(one)).includes(code))
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

test('each class of message has one rule, or a reason why it has none', () => {
  const judged = CLASS_RULES.flatMap((rule): readonly string[] => rule.classes)
  const told = PROBE_MESSAGE_PATTERNS.map((pattern): string => pattern.class)
  expect([...judged, ...Object.keys(NOT_JUDGED)].sort()).toEqual(told.sort())
})

describe('turning off a kind of trouble that no probe causes', () => {
  /** Told by the workload as a whole, or by conditions alone. */
  const OTHERS = ['job-backoff', 'quota-exceeded', 'readiness-gate', 'none']
  const recorded = recordedFailures()
    .filter(({ probe, cause }) => probe === undefined && !OTHERS.includes(cause))
    .map(({ name, cause, snapshot }) => ({
      name,
      cause,
      find: () => probeCheck(indexCluster(snapshot), EVERYTHING).findings,
    }))
  const made = FIELD_CASES.filter(({ finds: [first] }) => first !== undefined && !first.includes('/'))
    .map((one) => ({
      name: `row ${one.row}: ${one.when ?? one.near}`,
      cause: one.finds[0]?.split(' ')[1] ?? '',
      find: () => checked(one),
    }))
    .filter(({ cause }) => !OTHERS.includes(cause) && RULES.every(({ id }) => id !== cause))

  test.each([...recorded, ...made])('$name: $cause is told by one kind alone', ({ cause, find }) => {
    const found = () => loudRoots(find()).some(({ code }) => code === cause)
    expect(found()).toBe(true)
    const deciding = [
      ...POD_RULES.filter((rule) => !withoutRule(POD_RULES, rule, found)),
      ...CONTAINER_RULES.filter((rule) => !withoutRule(CONTAINER_RULES, rule, found)),
    ]
    expect(deciding.map(({ name }) => name)).toHaveLength(1)
  })
})
