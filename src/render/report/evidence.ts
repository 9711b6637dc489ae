import { describeReference } from '../../model/kubernetes/reference.ts'
import type { Evidence, Finding, Subject } from '../../model/report/finding.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { shortIds } from '../terminal/style.ts'

/** Facts of a block that is not wide; `-o wide` and `-o json` have them all. */
const SHOWN = 4

/** Facts with how often and how long ago. */
export function evidenceLines({ subject, evidence }: Finding, now: string, wide: boolean): readonly string[] {
  const shown = wide ? evidence : evidence.slice(0, SHOWN)
  const hidden = evidence.length - shown.length
  return [
    ...shown.map((one) => `${wide ? wideOrigin(one) : origin(one, subject)}${fact(one, now, wide)}`),
    ...(hidden === 0 ? [] : [`${hidden} more with -o wide`]),
  ]
}

const wideOrigin = ({ source, object, path }: Evidence): string =>
  `${source} of ${object}${path === undefined ? '' : ` ${path}`}: `

/** Where a container stands in a pod, or in the object that holds the template of the pod. */
const CONTAINER_PATH = /^(spec\.(jobTemplate\.spec\.)?template\.)?(spec|status)\.\w*[cC]ontainer\w*\[\d+\]\./

/** The block says already which pods and which container it is about. */
function origin({ source, object, path }: Evidence, subject: Subject): string {
  const pods = (subject.pods ?? []).map((name) => describeReference({ ...subject, kind: 'Pod', name }))
  const whose = [describeReference(subject), ...pods].includes(object) ? '' : `${object}: `
  if (source === 'Log') return `${whose}log: `
  return path === undefined ? whose : `${whose}${path.replace(CONTAINER_PATH, '')}: `
}

function fact({ text, time, count, countIsLowerBound }: Evidence, now: string, wide: boolean): string {
  const age = time === undefined ? undefined : secondsBetween(time, now)
  const often =
    count === undefined || (count === 1 && !countIsLowerBound)
      ? []
      : [`${count}${countIsLowerBound ? '+' : ''} times`]
  const when = age === undefined ? [] : [`${often.length > 0 ? 'last ' : ''}${humanDuration(age)} ago`]
  const facts = [...often, ...when]
  const words = wide ? text : shortIds(text)
  return `${words.trim()}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`
}
