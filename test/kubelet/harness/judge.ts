import { CAUSE_CODES } from '../../../src/diagnosis/codes/codes.ts'
import type { Finding } from '../../../src/model/report/finding.ts'
import type { Truth } from '../situations/situation.ts'

/** Worst first. `wrong`: a false cause above `Possible`, or any finding where all is well. */
export const VERDICTS = ['wrong', 'silent', 'unsure', 'right'] as const
export type Verdict = (typeof VERDICTS)[number]

export interface Judgement {
  readonly verdict: Verdict
  /** What was said, where it is not right. */
  readonly said: string
}

const CODES: ReadonlySet<string> = new Set(CAUSE_CODES.map(({ code }) => code))

/** Says that something fails, and that nobody knows why: never false of what is not well. */
const isUnexplained = ({ code }: Finding): boolean => code.endsWith('-unexplained')

const describe = ({ code, confidence, rootCause, subject, summary }: Finding): string =>
  `${confidence} ${code}${subject.probe === undefined ? '' : ` (${subject.probe})`}${rootCause ? '' : ', not the root'}: ${summary}`

/** Judges what a command found about one situation. */
export function judge(findings: readonly Finding[], { causes, probe, also = [] }: Truth): Judgement {
  const loud = findings.filter(({ severity }) => severity !== 'Info')
  const said = (those: readonly Finding[]) => those.map(describe).join('; ')
  if (causes.length === 0) {
    const unfounded = loud.filter(({ code }) => !also.includes(code))
    return unfounded.length === 0
      ? { verdict: 'right', said: '' }
      : { verdict: 'wrong', said: said(unfounded) }
  }
  const told = loud.filter(({ configuration }) => configuration !== true)
  const isTrue = ({ code, subject }: Finding) =>
    causes.some((cause) => cause === code) &&
    (probe === undefined || subject.probe === undefined || subject.probe === probe)
  const isFalse = (finding: Finding) =>
    finding.confidence !== 'Possible' &&
    CODES.has(finding.code) &&
    !isTrue(finding) &&
    !also.includes(finding.code) &&
    !isUnexplained(finding)
  const wrong = told.filter(isFalse)
  if (wrong.length > 0) return { verdict: 'wrong', said: said(wrong) }
  if (told.some((finding) => isTrue(finding) && finding.rootCause && finding.confidence !== 'Possible'))
    return { verdict: 'right', said: '' }
  return told.length === 0 ? { verdict: 'silent', said: '' } : { verdict: 'unsure', said: said(told) }
}
