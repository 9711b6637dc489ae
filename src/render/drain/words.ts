import type { PlannedFix } from '../../drain/types/fix.ts'
import type { PlannedNode } from '../../drain/types/node.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import type { Verdict } from '../../drain/verdict.ts'
import type { Risk } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { listed, upperFirst, withFullStop } from '../../model/text/words.ts'
import type { Colour, Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'

/** What each verdict means for kubectl drain, for every format. */
export const VERDICTS: Readonly<Record<Verdict, readonly [colour: Colour, meaning: string]>> = {
  Drains: ['green', 'kubectl drain ends, and every replacement finds a place'],
  DrainsDegraded: ['yellow', 'kubectl drain ends, but not every pod comes back'],
  OrderDependent: ['yellow', 'chance decides whether kubectl drain ends'],
  Unknown: ['yellow', 'whether kubectl drain ends depends on what is not known'],
  Waits: ['red', 'a pod that is evicted never goes'],
  Fails: ['red', 'some evictions fail for good; the others happen'],
  Refused: ['red', 'kubectl drain refuses at once and evicts nothing'],
  Blocks: ['red', 'kubectl drain does not finish'],
}

/** What a verdict means for a node with these pods: no more than its pods bear out. */
export function meaningOf({
  verdict,
  pods,
  reasons,
}: Pick<PlannedNode, 'verdict' | 'pods' | 'reasons'>): string {
  const uncertain = pods.filter(({ replacement }) => replacement?.fate === 'Either').length
  if (verdict === 'Drains' && uncertain > 0)
    return `kubectl drain ends; whether ${uncertain === 1 ? 'one pod comes' : `${uncertain} pods come`} back is not known`
  const deciders = [...new Set(reasons.flatMap(({ decidedBy }) => decidedBy ?? []))]
  if (verdict === 'Unknown' && deciders.length > 0)
    return `${listed(deciders)} ${deciders.length === 1 ? 'decides' : 'decide'} whether kubectl drain ends`
  if (verdict !== 'DrainsDegraded') return VERDICTS[verdict][1]
  if (pods.some(({ replacement }) => replacement?.fate === 'Pending')) return VERDICTS.DrainsDegraded[1]
  const codes = new Set(reasons.map(({ code }) => code))
  if (codes.has('pod-lost') && uncertain === 0) return VERDICTS.DrainsDegraded[1]
  return codes.has('replacement-preempts') && codes.size === 1
    ? 'kubectl drain ends, but pods of lower priority may be pushed out'
    : 'kubectl drain ends, but perhaps not every pod comes back'
}

/** `Outage: Service shop/web in wave 3.`; '' where there is none. */
export function outageSentence(plan: DrainPlan, wide: boolean): string {
  const { outages } = plan
  if (outages.length === 0) return ''
  const names = outages.map(({ service, waves, nodes }) => {
    if (plan.nodes.length === 1) return service
    if (plan.scope === 'EachAlone') return `${service} (${firstNames(nodes, wide)})`
    const numbers = waves.map(String)
    return numbers.length === 0
      ? `${service} (with one command for all)`
      : `${service} in ${numbers.length === 1 ? 'wave' : 'waves'} ${listed(numbers)}`
  })
  const one = outages.length === 1
  return `Outage: ${one ? 'Service' : 'Services'} ${firstNames(names, wide)}${plan.nodes.length === 1 ? `${one ? ' has' : ' have'} no ready backend` : ''}.`
}

/** `low risk, simulated`: what stands before the title of a change. */
export const changeTag = ({
  risk,
  proven,
  degraded,
  together,
}: Pick<PlannedFix, 'risk' | 'proven' | 'degraded' | 'together'>): string =>
  [RISKS[risk], ...(proven || degraded ? [together ? 'simulated with the others' : 'simulated'] : [])].join(
    ', ',
  )

const DEGRADED = 'The drain ends with it, but not every pod comes back.'

/** What is to be known of a change before it is made: what is taken for granted, and why it may not be enough. */
export const changeNotes = ({
  unproven,
  degraded,
  risk,
  assumes = [],
}: Pick<PlannedFix, 'unproven' | 'degraded' | 'risk' | 'assumes'>): readonly string[] => [
  ...(unproven === undefined ? [] : [degraded ? DEGRADED : withFullStop(doubtText(unproven, risk))]),
  ...assumes,
]

/** Nobody takes a look for a remedy. */
const doubtText = (unproven: string, risk: Risk): string =>
  risk === 'Inspect' ? upperFirst(unproven) : `Not shown to be enough: ${unproven}`

/** `one of the first 3 is enough`: which of several changes are needed; '' where there is one, and it is enough. */
export function enoughText(
  fixes: readonly Pick<PlannedFix, 'proven' | 'degraded' | 'risk' | 'together'>[],
): string {
  const alone = fixes.filter(({ proven, together }) => proven && !together).length
  const together = fixes.filter((fix) => fix.proven && fix.together).length
  if (alone === 1) return fixes.length === 1 ? '' : '1 is enough'
  if (alone > 1 && alone === fixes.length) return 'one of these is enough'
  if (alone > 1) return `one of the first ${alone} is enough`
  if (together > 0)
    return together === fixes.length ? 'all of these are needed' : `the first ${together} are needed together`
  if (fixes.some(({ degraded }) => degraded) || fixes.every(({ risk }) => risk === 'Inspect')) return ''
  return fixes.length === 1 ? 'not shown to be enough' : 'none of these is shown to be enough'
}

/** How much a fix disturbs. */
export const RISKS: Readonly<Record<Risk, string>> = {
  Inspect: 'changes nothing',
  Low: 'low risk',
  Disruptive: 'disruptive: may cost an outage',
  Destructive: 'destructive: pods or data are lost',
}

/** `as kubectl 1.33 does it, the version of the server`: whose drain the plan plays, and why that one's. */
export function followedText({
  kubectl,
  serverVersion,
}: Pick<DrainPlan, 'kubectl' | 'serverVersion'>): string {
  const as = `as kubectl ${kubectl.version} does it`
  switch (kubectl.basis) {
    case 'Flag':
      return `${as} (--kubectl-version)`
    case 'Server':
      return `${as}, the version of the server`
    case 'OldestKnown':
      return `${as}, the oldest that is known; the server is ${serverVersion}`
    case 'NewestKnown':
      return `${as}, the newest that is known; the server is ${serverVersion}`
    case 'ServerUnknown':
      return `${as}, the newest that is known; the version of the server is not`
  }
}

/** `Planned as kubectl 1.36 does it, the version of the server.` */
export const followedLine = (plan: DrainPlan, style: Style): string =>
  style.paint('dim', wrap(escapeText(`Planned ${followedText(plan)}.`), style.width))

/** Verdicts with which kubectl drain exits 0. */
export const DRAINING: readonly Verdict[] = ['Drains', 'DrainsDegraded']

/** Names that a list has before the rest is only counted. */
export const SHOWN_NAMES = 4

/** `a, b, c, d and 3 more`; all of them in the wide form. */
export function firstNames(names: readonly string[], wide: boolean): string {
  const more = wide ? 0 : names.length - SHOWN_NAMES
  return more <= 0 ? names.join(', ') : `${names.slice(0, SHOWN_NAMES).join(', ')} and ${more} more`
}
