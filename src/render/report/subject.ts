import { describeReference } from '../../model/kubernetes/reference.ts'
import type { Confidence, Finding, Subject } from '../../model/report/finding.ts'

/** `Deployment shop/web, container app, liveness probe`. */
export const subjectText = (subject: Subject): string =>
  [describeReference(subject), ...partsText(subject)].join(', ')

/** `container app` and `liveness probe`: the parts of its object that a subject names. */
export const partsText = ({ container, probe }: Pick<Subject, 'container' | 'probe'>): readonly string[] => [
  ...(container === undefined ? [] : [`container ${container}`]),
  ...(probe === undefined ? [] : [`${probe} probe`]),
]

const DOUBTS: Readonly<Record<Confidence, string>> = {
  Certain: '',
  Likely: ', likely',
  Possible: ', possible',
}

/** `, likely`: how sure something is, behind a code. Nothing where it is certain. */
export const doubtText = (confidence: Confidence): string => DOUBTS[confidence]

/** `port-closed`, and how sure that is: `port-closed, likely`. */
export const codeText = ({ code, confidence }: Pick<Finding, 'code' | 'confidence'>): string =>
  `${code}${doubtText(confidence)}`
