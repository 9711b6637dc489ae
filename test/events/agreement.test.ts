import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import type { Finding } from '../../src/model/finding.ts'
import { FIELD_CASES } from '../diagnosis/field/cases.ts'
import { clusterOf } from '../helpers/builders.ts'
import { log } from '../helpers/diagnosis.ts'
import { checked, type FieldCase } from '../helpers/field.ts'

/** What the user sees first: severity, code, container, probe and effect of every loud root. */
const loud = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ rootCause, severity }) => rootCause && severity !== 'Info')
    .map(({ severity, code, subject, effect, confidence }) =>
      [severity, code, nameOf(code, subject.name), subject.container, subject.probe, confidence, effect].join(
        ' ',
      ),
    )
    .sort()

/** Of a lost node, probe-check names the workload that it looks at and explain-events the node itself. */
const nameOf = (code: string, name: string): string => (code === 'node-not-ready' ? 'n1' : name)

const incidents = ({ given, logs }: FieldCase) =>
  explainEvents(clusterOf(given, { logs: logs === undefined ? [] : log(logs) }), {
    selection: { targets: [], selector: [] },
    all: false,
  }).incidents

describe('explain-events and probe-check say the same', () => {
  test.each(FIELD_CASES.map((one) => [one.row, one.when ?? `near miss: ${one.near}`, one] as const))(
    'row %i: %s',
    (_row, _name, one) => {
      expect(loud(incidents(one))).toEqual(loud(checked(one)))
    },
  )
})
