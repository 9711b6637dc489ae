import { describeReference } from '../../model/kubernetes/reference.ts'
import { atLeast, type Finding } from '../../model/report/finding.ts'
import { outagesOf, userEffectOf } from '../../model/report/user-effect.ts'
import { escapeText } from '../../model/text/escape.ts'
import { plural, upperFirst } from '../../model/text/words.ts'
import type { ProbeReport, ProbeState, WorkloadProbes } from '../../probes/report.ts'
import { EFFECT_WORDS, outageSentence, severityCounts, summaryLines } from '../report/summary.ts'
import type { Style } from '../terminal/style.ts'
import { wrap } from '../terminal/wrap.ts'
import type { Head } from './heads.ts'

/**
 * The answer, and a line for each trouble where there are several: `Outage: Service shop/web has no ready backend. 5
 * errors and 1 warning in 5 of 6 workloads. 4 of 9 probes pass.`
 * @param heads in the order of the blocks
 */
export function summaryText(
  { workloads }: ProbeReport,
  heads: readonly Head[],
  { style, wide }: { readonly style: Style; readonly wide: boolean },
): string {
  const told = heads
    .map(({ finding }) => finding)
    .filter(({ severity, starting }) => starting !== undefined || atLeast(severity, 'Warning'))
  const outages = told.flatMap((finding) =>
    outagesOf(finding).map((service) => `${finding.subject.namespace ?? ''}/${service}`),
  )
  const first = [
    outageSentence(outages, wide),
    ...(told.length === 1 ? onlySentences(told, workloads, outages) : countSentences(told, workloads)),
  ]
  const lines = summaryLines(
    told.map((finding) => ({
      effect: userEffectOf(finding),
      subject: describeReference(finding.subject),
      summary: finding.summary,
    })),
    style,
    wide,
  )
  const answer = wrap(escapeText(first.filter((one) => one !== '').join(' ')), style.width)
  return [style.paint('bold', answer), lines].filter((part) => part !== '').join('\n')
}

/** Of one thing what it does to users says more than a number: `Rollout stuck: Deployment shop/search.` */
function onlySentences(
  [only]: readonly Finding[],
  workloads: readonly WorkloadProbes[],
  outages: readonly string[],
): readonly string[] {
  const effect = only === undefined ? 'Remark' : userEffectOf(only)
  const isNamed = effect !== 'OtherError' && effect !== 'Warning'
  const name = only === undefined ? '' : describeReference(only.subject)
  const words = isNamed ? `${upperFirst(EFFECT_WORDS[effect])}: ${name}.` : `1 ${EFFECT_WORDS[effect]}.`
  const probes = probesOf(workloads)
  return [
    outages.length > 0 ? '' : words,
    // Of one, or of none, the block tells.
    probes.length === 0 || (probes.length === 1 && probes[0] !== 'NotApplied')
      ? ''
      : probesSentence(workloads, workloads.length === 1),
  ]
}

/** `5 errors and 1 warning in 5 of 6 workloads. 2 still starting. 4 of 9 probes pass.` */
function countSentences(told: readonly Finding[], workloads: readonly WorkloadProbes[]): readonly string[] {
  const loud = told.filter(({ starting }) => starting === undefined)
  const errors = loud.filter(({ severity }) => severity === 'Error').length
  const counts = severityCounts(errors, loud.length - errors)
  const broken = new Set(loud.map(({ subject }) => describeReference(subject))).size
  const isCounted = counts !== '' && workloads.length > 1
  const where = isCounted ? ` in ${broken} of ${plural(workloads.length, 'workload')}` : ''
  const starts = told.length - loud.length
  return [
    counts === '' ? '' : `${counts}${where}.`,
    starts === 0 ? '' : `${starts} still starting.`,
    probesSentence(workloads, isCounted),
  ]
}

const probesOf = (workloads: readonly WorkloadProbes[]): readonly ProbeState[] =>
  workloads.flatMap(({ containers }) => containers.flatMap(({ probes }) => probes.map(({ state }) => state)))

/** `All 5 probes of 3 workloads pass.`; without the workloads where they are counted before. */
function probesSentence(workloads: readonly WorkloadProbes[], isCounted = false): string {
  const probes = probesOf(workloads)
  const count = (state: ProbeState) => probes.filter((one) => one === state).length
  const [total, passing] = [probes.length, count('Passing')]
  const workload = plural(workloads.length, 'workload')
  const where = isCounted ? '' : ` of ${workload}`
  if (total === 0)
    return isCounted ? 'No container has a probe.' : `The containers of ${workload} have no probes.`
  if (count('NotApplied') === total)
    return `${plural(total, 'probe')} of ${workload}, known from manifests only.`
  if (total === 1) return `The only probe${where} ${passing === 1 ? 'passes' : 'does not pass'}.`
  return passing === total
    ? `All ${total} probes${where} pass.`
    : `${passing} of ${total} probes${where} pass.`
}
