import type { Code } from '../../diagnosis/codes/codes.ts'
import { causeCode } from '../../diagnosis/codes/codes.ts'
import type { ProbeMessage } from '../../diagnosis/messages/probe.ts'
import type { ProbeMessageClass } from '../../diagnosis/messages/probe-classes.ts'
import type { Severity } from '../../model/report/finding.ts'
import type { Occurrence } from '../../model/snapshot/occurrence.ts'
import type { Attention, Stage } from '../catalogue/attention.ts'
import { NOTHING_TO_DO } from '../catalogue/attention.ts'
import type { ReasonCase } from '../catalogue/cases/case.ts'
import type { CaseId } from '../catalogue/cases/ids.ts'
import { findReason } from '../catalogue/catalogue.ts'
import { codeOfReason } from '../catalogue/reason-code.ts'
import { type ReasonRow, SITE } from '../catalogue/types.ts'
import { type ParsedMessage, parseMessage } from './message.ts'
import { probeCause, probeMeaning } from './probe-meaning.ts'

/** What the catalogue knows about one event. */
export interface Classification {
  /** Absent for reasons that the catalogue does not know. */
  readonly row?: ReasonRow
  /** What the message means, where the row tells cases apart. */
  readonly caseId?: CaseId
  /** How the probe failed, of events about a probe. */
  readonly probeClass?: ProbeMessageClass
  /** A cause (docs/reference/commands.md#codes) where the text admits one, else made of the reason. */
  readonly code: string
  /** One plain sentence, without its full stop. */
  readonly meaning: string
  /** Without the last full stop; undefined where there is nothing to do. */
  readonly advice: string | undefined
  readonly severity: Severity
  readonly attention: Attention
  readonly stage?: Stage
  readonly resolvedBy: readonly string[]
  /** True where the text itself says what the cause is. */
  readonly specific: boolean
  readonly docs: string
}

const EVENTS_PAGE = `${SITE}/reference/kubernetes-api/cluster-resources/event-v1/`

/** What reason and text of one event say; never more than they say. */
export function classify(
  occurrence: Occurrence,
  parsed: ParsedMessage = parseMessage(occurrence.message),
): Classification {
  const row = findReason(occurrence)
  if (row === undefined) return unknownReason(occurrence)
  const probe = row.reason === 'Unhealthy' ? parsed.probe : undefined
  const probeCode = probe === undefined ? undefined : probeCause(probe)
  const found = caseOf(row, occurrence.message)
  const cause = probeCode ?? found?.causeCode ?? row.causeCode
  const stage = found?.stage ?? row.stage
  return {
    row,
    ...(found === undefined ? {} : { caseId: found.id }),
    ...(probe === undefined ? {} : { probeClass: probe.class }),
    code: cause ?? found?.id ?? codeWithoutCause(row, probe),
    meaning: probe === undefined ? (found ?? row).meaning : probeMeaning(probe, probeCode),
    advice: (found ?? row).advice,
    severity: found?.severity ?? row.severity,
    attention: found?.attention ?? row.attention,
    ...(stage === undefined ? {} : { stage }),
    resolvedBy: found?.resolvedBy ?? row.resolvedBy ?? [],
    specific: found !== undefined || probeCode !== undefined,
    docs: row.docs ?? docsOf(cause),
  }
}

const codeWithoutCause = ({ reason }: ReasonRow, probe: ProbeMessage | undefined): string =>
  probe === undefined ? codeOfReason(reason) : `${probe.probe}-probe-failed`

const docsOf = (cause: Code | undefined): string =>
  cause === undefined ? EVENTS_PAGE : causeCode(cause).docs

const UNKNOWN_REASON = {
  Warning: {
    advice:
      'This reason is not one of Kubernetes itself: look at the object and at the component that wrote it',
    severity: 'Warning',
    attention: 'AtOnce',
  },
  Normal: { advice: NOTHING_TO_DO, severity: 'Info', attention: 'Step' },
} as const

const unknownReason = ({ type, reason, message }: Occurrence): Classification => ({
  ...UNKNOWN_REASON[type],
  code: codeOfReason(reason),
  meaning: `${reason === '' ? 'An event without a reason' : reason}: ${message}`,
  resolvedBy: [],
  specific: false,
  docs: EVENTS_PAGE,
})

function caseOf({ caseOf: read, cases = [] }: ReasonRow, message: string): ReasonCase<CaseId> | undefined {
  if (read === undefined) return cases.find(({ pattern }) => pattern?.test(message))
  const caseId = read(message)
  return cases.find(({ id }) => id === caseId)
}
