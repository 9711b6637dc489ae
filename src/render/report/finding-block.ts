import type { Evidence, Finding, Fix, Risk, Severity, Subject } from '../../model/report/finding.ts'
import { plural } from '../../model/text/text.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { type Colour, escapeText, type Style, shortIds, wrap } from '../terminal/style.ts'
import { effectText } from './impact.ts'

export const COLOURS: Readonly<Record<Severity, Colour>> = { Error: 'red', Warning: 'yellow', Info: 'cyan' }

const RISKS: Readonly<Record<Risk, string>> = {
  Inspect: 'changes nothing',
  Low: 'low risk',
  Disruptive: 'disruptive',
  Destructive: 'destructive',
}

/** Evidence, fixes and pods of a block that is not wide; `-o wide` and `-o json` have them all. */
const SHOWN_EVIDENCE = 4
const SHOWN_FIXES = 3
const SHOWN_PODS = 3

interface BlockOptions {
  readonly style: Style
  readonly wide: boolean
  /** Ages count from here. */
  readonly now: string
  /** What the failure does to the whole workload, e.g. `1 of 3 pods ready`. */
  readonly effect?: string
}

/** `Deployment shop/web, container app, liveness probe`. */
export function subjectText({ namespace, kind, name, container, probe }: Subject): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`
  return [
    `${kind} ${place}`,
    ...(container === undefined ? [] : [`container ${container}`]),
    ...(probe === undefined ? [] : [`${probe} probe`]),
  ].join(', ')
}

/**
 * One root cause for people: what is broken, why, what that does, what mends it, and what follows from it. Ends
 * without a line feed. Commands are never wrapped, so that they can be copied.
 */
export function findingBlock(root: Finding, followers: readonly Finding[], options: BlockOptions): string {
  const { style, wide, now, effect } = options
  const { width } = style
  const severity = style.paint(COLOURS[root.severity], root.severity)
  const doubt = root.confidence === 'Certain' ? '' : `, ${root.confidence.toLowerCase()}`
  const title = `${style.paint('bold', escapeText(subjectText(root.subject)))} (${escapeText(root.code)}${doubt})`
  const outcome = [effectText(root), effect ?? ''].filter(Boolean)
  return [
    wrap(`${severity}: ${title}`, width),
    wrap(escapeText(root.summary), width, '  '),
    ...(wide ? [wrap(escapeText(root.explanation), width, '  ')] : []),
    ...labelled('pods', podLines(root.subject, wide), style),
    ...labelled('why', evidenceLines(root, now, wide), style),
    ...labelled('effect', outcome.length === 0 ? [] : [outcome.join('; ')], style),
    ...labelled(
      'also',
      followers.map((follower) => followerLine(follower, root)),
      style,
    ),
    ...fixLines(root.fixes, wide, style),
    ...(wide ? labelled('docs', [root.docs], style) : []),
  ].join('\n')
}

/** The pods of a workload that it is about; of many, the first. */
function podLines({ kind, pods = [] }: Subject, wide: boolean): readonly string[] {
  if (kind === 'Pod' || pods.length === 0) return []
  const shown = wide ? pods : pods.slice(0, SHOWN_PODS)
  const hidden = pods.length - shown.length
  return [`${shown.join(', ')}${hidden === 0 ? '' : ` and ${hidden} more`}`]
}

const LABEL = 10

/** Lines under a label: the first beside it, all of them aligned. */
export function labelled(label: string, lines: readonly string[], style: Style): readonly string[] {
  return lines.map((line, index) => {
    const text = wrap(escapeText(line), style.width, ' '.repeat(LABEL))
    const head = `  ${index === 0 ? label : ''}`.padEnd(LABEL)
    return style.paint('dim', head) + text.slice(LABEL)
  })
}

/** Facts with how often and how long ago. */
export function evidenceLines({ subject, evidence }: Finding, now: string, wide: boolean): readonly string[] {
  const shown = wide ? evidence : evidence.slice(0, SHOWN_EVIDENCE)
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
function origin({ source, object, path }: Evidence, { namespace, kind, name, pods = [] }: Subject): string {
  const place = namespace === undefined ? '' : `${namespace}/`
  const known = [`${kind} ${place}${name}`, ...pods.map((pod) => `Pod ${place}${pod}`)]
  const whose =
    known.includes(object) || known.some((one) => object.startsWith(`${one} `)) ? '' : `${object}: `
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

/** What follows from a cause, without repeating what both are about. */
function followerLine({ subject, summary }: Finding, root: Finding): string {
  const same = subject.kind === root.subject.kind && subject.name === root.subject.name
  const place = same
    ? [
        ...(subject.container === undefined || subject.container === root.subject.container
          ? []
          : [`container ${subject.container}`]),
        ...(subject.probe === undefined || subject.probe === root.subject.probe
          ? []
          : [`${subject.probe} probe`]),
      ].join(', ')
    : subjectText(subject)
  return place === '' ? summary : `${place}: ${summary}`
}

/** What to do, most useful first. */
export function fixLines(fixes: readonly Fix[], wide: boolean, style: Style): readonly string[] {
  const shown = wide ? fixes : fixes.slice(0, SHOWN_FIXES)
  const hidden = fixes.length - shown.length
  const lines = shown.flatMap((fix, index) => [
    ...labelled(index === 0 ? 'fix' : 'or', [`${fix.title} (${RISKS[fix.risk]})`], style),
    ...commandLines(fix, style),
  ])
  return hidden === 0
    ? lines
    : [...lines, ...labelled('', [`${plural(hidden, 'more fix', 'more fixes')} with -o wide`], style)]
}

/** Ready to paste. Only the first line is indented: a here-document must reach the shell as it is. */
function commandLines({ command, replace }: Fix, style: Style): readonly string[] {
  if (command === undefined) return []
  const lines = replace === undefined ? command : `${command} <<'EOF'\n${JSON.stringify(replace)}\nEOF`
  return escapeText(`${' '.repeat(LABEL + 2)}${lines}`, false)
    .split('\n')
    .map((line) => style.paint('cyan', line))
}
