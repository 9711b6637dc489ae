import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DrainRun, PLAN_TIMEOUT, runDrain } from './drain-run.ts'
import { generate } from './generate.ts'
import type { Plane } from './plane.ts'
import { tearDown } from './setup.ts'

export interface RunOptions {
  readonly seed: number
  /** The numbers of the cases. */
  readonly cases: readonly number[]
  /** Cases that run at the same time. */
  readonly parallel: number
  /** How often a case whose outcome is a matter of order is run, until both outcomes were seen. */
  readonly repeats: number
  /** Leaves the clusters there. */
  readonly keep: boolean
  /** Where disagreements are recorded. */
  readonly folder: string
  readonly say: (line: string) => void
}

/** All runs of one case; more than one where the plan says that the order decides. */
export interface CaseResult {
  readonly index: number
  readonly runs: readonly DrainRun[]
  readonly error?: string
}

/** Drains random clusters on one control plane, several at a time. */
export async function runCases(plane: Plane, options: RunOptions): Promise<readonly CaseResult[]> {
  const waiting = [...options.cases]
  const results: CaseResult[] = []
  const worker = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift())
      results.push(await runCase(plane, index, options))
  }
  await Promise.all(Array.from({ length: options.parallel }, worker))
  return results.sort((a, b) => a.index - b.index)
}

const isOrderDependent = ({ plan }: DrainRun): boolean =>
  plan.nodes.some(({ verdict }) => verdict === 'OrderDependent')

export const exitsSeen = (runs: readonly DrainRun[]): ReadonlySet<number> =>
  new Set(runs.filter(isOrderDependent).map(({ observed }) => observed.outcome.exit))

async function runCase(plane: Plane, index: number, options: RunOptions): Promise<CaseResult> {
  const runs: DrainRun[] = []
  for (let attempt = 1; attempt <= options.repeats; attempt++) {
    const id = `d${options.seed}-${index}${attempt === 1 ? '' : `-${attempt}`}`
    const folder = mkdtempSync(join(tmpdir(), `${id}-`))
    const draft = generate(options.seed, index, id)
    try {
      const run = await runDrain(plane, draft, folder)
      runs.push(run)
      report(run, index, folder, options)
    } catch (error) {
      options.say(`ERROR ${id}: ${(error as Error).message}`)
      keepFiles(folder, join(options.folder, id))
      return { index, runs, error: (error as Error).message }
    } finally {
      rmSync(folder, { recursive: true, force: true })
      if (!options.keep)
        await tearDown(plane, draft).catch((error: Error) => options.say(`${id} stays: ${error.message}`))
    }
    if (!runs.some(isOrderDependent) || exitsSeen(runs).size > 1) break
  }
  return { index, runs }
}

function keepFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  cpSync(from, to, { recursive: true })
}

function report(run: DrainRun, index: number, folder: string, { folder: all, seed, say }: RunOptions): void {
  const { draft, plan, observed, notes, seconds, comparedTwice } = run
  const verdicts = plan.nodes.map(({ verdict }) => verdict).join('+')
  const mark = notes.length > 0 ? 'DIFFERS' : comparedTwice ? 'agrees at the second look' : 'agrees'
  say(`${draft.id} ${mark}: ${verdicts}, exit ${observed.outcome.exit} (${seconds.toFixed(0)} s)`)
  if (notes.length === 0) return
  for (const note of notes) say(`    ${note}`)
  const kept = join(all, draft.id)
  keepFiles(folder, kept)
  const write = (name: string, content: unknown) =>
    writeFileSync(join(kept, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  const flags = [...draft.flags, PLAN_TIMEOUT]
  write('case.json', { seed, case: index, drain: draft.drain, flags, features: [...draft.features] })
  write('outcome.json', observed.outcome)
  write('observed.json', observed)
  write('plan.json', plan)
  write('drain.log', run.log)
  say(`    ${[...draft.features].join(', ')}`)
  say(`    kubectl drain-plan ${[...draft.drain, ...flags].join(' ')} -f ${join(kept, 'recording')}`)
}
