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
  const loud = heads.map(({ finding }) => finding).filter((one) => atLeast(one.severity, 'Warning'))
  const starts = heads.filter(({ finding: { starting } }) => starting !== undefined).length
  const outages = loud.flatMap((finding) =>
    outagesOf(finding).map((service) => `${finding.subject.namespace ?? ''}/${service}`),
  )
  const errors = loud.filter(({ severity }) => severity === 'Error').length
  const counts = severityCounts(errors, loud.length - errors)
  const broken = new Set(loud.map(({ subject }) => describeReference(subject)))
  const where = workloads.length === 1 ? '' : ` in ${broken.size} of ${plural(workloads.length, 'workload')}`
  const sentences = [
    outageSentence(outages, wide),
    countSentence(loud, counts, where, outages.length > 0),
    starts === 0 ? '' : `${starts} still starting.`,
    probesSentence(workloads, counts !== ''),
  ]
  const first = wrap(escapeText(sentences.filter((one) => one !== '').join(' ')), style.width)
  const lines = summaryLines(
    heads
      .filter(({ finding: { severity, starting } }) => starting !== undefined || atLeast(severity, 'Warning'))
      .map(({ finding }) => ({
        effect: userEffectOf(finding),
        subject: describeReference(finding.subject),
        summary: finding.summary,
      })),
    style,
    wide,
  )
  return [style.paint('bold', first), lines].filter((part) => part !== '').join('\n')
}

/** Of one thing what it does to users says more than a number: `Rollout stuck: Deployment shop/search.` */
function countSentence(loud: readonly Finding[], counts: string, where: string, isOutage: boolean): string {
  const [only, ...others] = loud
  if (only === undefined) return ''
  const effect = userEffectOf(only)
  if (others.length > 0 || isOutage || effect === 'OtherError' || effect === 'Warning')
    return `${counts}${where}.`
  return `${upperFirst(EFFECT_WORDS[effect])}: ${describeReference(only.subject)}.`
}

/** `All 5 probes of 3 workloads pass.`; without the workloads where they are counted before. */
function probesSentence(workloads: readonly WorkloadProbes[], isCounted: boolean): string {
  const probes = workloads.flatMap(({ containers }) => containers.flatMap((container) => container.probes))
  const count = (state: ProbeState) => probes.filter((probe) => probe.state === state).length
  const [total, passing] = [probes.length, count('Passing')]
  const workload = plural(workloads.length, 'workload')
  const where = isCounted ? '' : ` of ${workload}`
  if (total === 0)
    return isCounted ? 'No container has a probe.' : `The containers of ${workload} have no probes.`
  if (count('NotApplied') === total)
    return `${plural(total, 'probe')} of ${workload}, known from manifests only.`
  if (total === 1)
    return isCounted ? '' : `The only probe${where} ${passing === 1 ? 'passes' : 'does not pass'}.`
  return passing === total
    ? `All ${total} probes${where} pass.`
    : `${passing} of ${total} probes${where} pass.`
}
