import { describeReference } from '../../model/kubernetes/reference.ts'
import type { Evidence, Finding, Subject } from '../../model/report/finding.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import type { SayOnce } from '../terminal/say-once.ts'
import { shortIds } from '../terminal/style.ts'

/** Facts of a block that is not wide; `-o wide` and `-o json` have them all. */
const SHOWN = 4

/** Facts with how often and how long ago. */
export function evidenceLines(
  { subject, evidence: all, impact }: Finding,
  { now, wide, once }: { readonly now: string; readonly wide: boolean; readonly once: SayOnce },
): readonly string[] {
  // The effect counts the restarts.
  const evidence =
    wide || impact?.restarts === undefined ? all : all.filter(({ path }) => !path?.endsWith('.restartCount'))
  const shown = wide ? evidence : evidence.slice(0, SHOWN)
  const hidden = evidence.length - shown.length
  return [
    ...shown.map(
      (one) =>
        `${once(`${wide ? wideOrigin(one) : origin(one, subject)}${words(one, wide)}`)}${often(one, now)}`,
    ),
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

const words = ({ text }: Evidence, wide: boolean): string => (wide ? text : shortIds(text)).trim()

/** ` (33 times on 2 pods, last 3s ago)`. */
function often(evidence: Evidence, now: string): string {
  const { object, alike } = evidence
  const { time, count, countIsLowerBound } = alike ?? evidence
  const age = secondsBetween(time, now)
  const times =
    count === undefined || (count === 1 && !countIsLowerBound)
      ? ''
      : `${count}${countIsLowerBound ? '+' : ''} times`
  const where = alike === undefined || alike.objects < 2 ? '' : `on ${alike.objects} ${kindsOf(object)}`
  const counted = [times, where].filter(Boolean).join(' ')
  const when = age === undefined ? '' : `${counted === '' ? '' : 'last '}${humanDuration(age)} ago`
  const facts = [counted, when].filter(Boolean)
  return facts.length === 0 ? '' : ` (${facts.join(', ')})`
}

/** What several objects are together that are of the kind of this one. */
const kindsOf = (object: string): string => (object.startsWith('Pod ') ? 'pods' : 'objects')
