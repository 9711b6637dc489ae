import type { Fault } from './kinds/fault.ts'
import type { Run } from './runs.ts'

/** What a run told of a fault. */
export type Outcome = 'Same' | 'Gap' | 'Failed'

/** The parts of the three reports that a fault must not make better. */
interface Report {
  readonly gaps: readonly { readonly resource: string; readonly reason?: string }[]
  /** Of drain-plan, by node. */
  readonly nodes?: readonly { readonly name: string; readonly verdict: string }[]
  /** Of probe-check. */
  readonly findings?: readonly unknown[]
  /** Of explain-events. */
  readonly incidents?: readonly unknown[]
}

/** Verdicts with which the real kubectl exits 0. */
const GOOD = ['Drains', 'DrainsDegraded']

/** One sentence and perhaps what to do, and nothing on standard output. */
const ONE_SENTENCE = /^(error: |Error from server|Unable to connect|The connection to)[^\n]+\n([^\n]+\n)?$/

/**
 * What the run of a command under a fault told, against the run without it.
 * @returns the outcome, or a sentence that says what is wrong
 */
export function judge(fault: Fault, resource: string | undefined, truth: Run, run: Run): Outcome | Error {
  if (run.hung) return new Error('hangs')
  if (/\n\s+at |uncaught|mistake in kubectl/.test(run.stderr)) return new Error(`crashes: ${run.stderr}`)
  if (run.code === 2) {
    if (fault.outcome === 'Same') return new Error(`fails over nothing: ${run.stderr}`)
    // A report that found nothing, and could not have: it is printed, with its gaps.
    if (run.stdout !== '') return gap(resource, truth, run)
    return ONE_SENTENCE.test(run.stderr) ? 'Failed' : new Error(`is not one sentence: ${run.stderr}`)
  }
  if (run.code !== 0 && run.code !== 1) return new Error(`exit code ${run.code}`)
  if (run.stdout === truth.stdout && run.code === truth.code)
    return fault.outcome === 'Same' ? 'Same' : new Error('says nothing of it')
  if (fault.outcome === 'Same') return new Error(`gives another report: ${difference(truth, run)}`)
  return gap(resource, truth, run)
}

function gap(resource: string | undefined, truth: Run, run: Run): Outcome | Error {
  const report = JSON.parse(run.stdout) as Report
  if (resource === undefined || !report.gaps.some((gap) => gap.resource === resource))
    return new Error(`names no gap of ${resource}: ${JSON.stringify(report.gaps)}`)
  return better(truth, run) ?? 'Gap'
}

/** Where a run with less knowledge is more at ease than the truth. */
function better(truth: Run, run: Run): Error | undefined {
  const [before, now] = [JSON.parse(truth.stdout) as Report, JSON.parse(run.stdout) as Report]
  for (const { name, verdict } of now.nodes ?? []) {
    const real = before.nodes?.find((node) => node.name === name)?.verdict
    if (verdict !== real && verdict !== 'Unknown')
      return new Error(`says ${verdict} of ${name}, which is ${real}`)
    if (run.code === 0 && !GOOD.includes(verdict)) return new Error(`exit code 0 for ${verdict}`)
  }
  return undefined
}

function difference(truth: Run, run: Run): string {
  const [before, now] = [truth.stdout.split('\n'), run.stdout.split('\n')]
  const at = before.findIndex((line, index) => line !== now[index])
  return `exit code ${truth.code}, now ${run.code}; line ${at + 1}: ${before[at]} | ${now[at]}`
}
