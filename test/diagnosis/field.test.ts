import { describe, expect, test } from '@jest/globals'
import { checked, type FieldCase, loudRoots, verdict } from '../helpers/field.ts'
import { CONNECT_CASES } from './field/connect.ts'
import { EXEC_CASES } from './field/exec.ts'
import { HTTP_CASES } from './field/http.ts'
import { PROTOCOL_CASES } from './field/protocol.ts'
import { SLOW_CASES } from './field/slow.ts'
import { STATE_CASES } from './field/state.ts'

const CASES: readonly FieldCase[] = [
  ...CONNECT_CASES,
  ...SLOW_CASES,
  ...HTTP_CASES,
  ...PROTOCOL_CASES,
  ...EXEC_CASES,
  ...STATE_CASES,
]

const ROWS = Array.from({ length: 46 }, (_, index) => index + 1)
const nameOf = ({ row, when, near }: FieldCase): string => `${row}: ${when ?? `near miss: ${near}`}`

describe.each(ROWS)('row %i of spec/failures.md', (row) => {
  const cases = CASES.filter((one) => one.row === row)

  test('has a positive and a near miss', () => {
    expect(cases.some(({ when }) => when !== undefined)).toBe(true)
    expect(cases.some(({ near }) => near !== undefined)).toBe(true)
  })

  test.each(cases.map((one) => [nameOf(one), one] as const))('%s', (_name, one) => {
    const findings = checked(one)
    const roots = loudRoots(findings)
    const configured = findings
      .filter(({ configuration }) => configuration)
      .map(({ code }) => `configuration ${code}`)
    const wanted = one.finds.filter((text) => text.startsWith('configuration '))
    expect([...roots.map(verdict), ...configured.filter((text) => wanted.includes(text))]).toEqual(one.finds)
    const [first] = roots
    const words = `${first?.summary}. ${first?.explanation}`
    if (one.says) expect(words).toMatch(one.says)
    if (one.saysNot) expect(words).not.toMatch(one.saysNot)
  })
})
