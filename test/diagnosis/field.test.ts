import { describe, expect, test } from '@jest/globals'
import { checked, type FieldCase, loudRoots, verdict } from '../helpers/findings.ts'
import { FIELD_CASES } from './field/cases.ts'

const ROWS = Array.from({ length: 46 }, (_, index) => index + 1)
const nameOf = ({ row, when, near }: FieldCase): string => `${row}: ${when ?? `near miss: ${near}`}`

describe.each(ROWS)('row %i of docs/reference/probe-failures.md', (row) => {
  const cases = FIELD_CASES.filter((one) => one.row === row)

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
