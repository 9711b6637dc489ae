/**
 * Drains random clusters on a real control plane and compares with the plan:
 * `npm run test:drains [-- --count 60] [--seed S] [--case K] [--parallel P] [--repeats R] [--keep] [--folder DIR] [--kubernetes 1.33|by-date]`.
 * `--replan DIR` plans recorded disagreements again, without a control plane. Exit code 1 where plan and drain disagree
 * in more clusters than `--allow N` (0).
 */
import { parseArgs } from 'node:util'
import { binaries, controlPlanePrograms } from '../test/cluster/harness/binaries.ts'
import { startControlPlane } from '../test/cluster/harness/control-plane.ts'
import { chooseKubernetes, UsageError } from '../test/cluster/harness/versions.ts'
import { preparePlane } from '../test/cluster/random/plane.ts'
import { type CaseResult, exitsSeen, runCases } from '../test/cluster/random/run.ts'
import { countTests } from '../test/helpers/jest/count-tests.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '60' },
    seed: { type: 'string' },
    case: { type: 'string' },
    parallel: { type: 'string', default: '8' },
    repeats: { type: 'string', default: '4' },
    keep: { type: 'boolean', default: false },
    allow: { type: 'string', default: '0' },
    replan: { type: 'string' },
    folder: { type: 'string', default: 'drain-differences' },
    kubernetes: { type: 'string' },
  },
})

const number = (name: string, text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not ${text}`)
  return value
}

/** True where the plans now agree with all drains that are recorded in the folder. */
async function replanAll(folder: string): Promise<boolean> {
  const { replan } = await import('../test/cluster/random/replan.ts')
  const results = [...(await replan(folder))]
  for (const [id, notes] of results)
    say([`${id} ${notes.length > 0 ? 'DIFFERS' : 'agrees'}`, ...notes].join('\n    '))
  return results.every(([, notes]) => notes.length === 0)
}

async function main(): Promise<number> {
  if (values.replan !== undefined) return (await replanAll(values.replan)) ? 0 : 1
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
  const { version, sentence } = chooseKubernetes(values.kubernetes, new Date())
  const seed = number('seed', values.seed ?? `${Math.floor(Math.random() * 1_000_000)}`)
  const cases =
    values.case === undefined
      ? Array.from({ length: number('count', values.count) }, (_, index) => index)
      : [number('case', values.case)]
  say(sentence)
  say(
    `seed ${seed}: run it again with npm run test:drains -- --kubernetes ${version.minor} --seed ${seed} [--case K]`,
  )
  const binary = binaries(say, controlPlanePrograms(version))
  const plane = await startControlPlane(binary)
  const started = performance.now()
  try {
    const results = await runCases(await preparePlane(plane, binary), {
      seed,
      cases,
      parallel: number('parallel', values.parallel),
      repeats: number('repeats', values.repeats),
      keep: values.keep,
      folder: values.folder,
      say,
    })
    const died = plane.died()
    if (died !== '') say(`a part of the control plane did not survive:\n${died}`)
    const wrong = summary(results, (performance.now() - started) / 1000)
    const allowed = number('allow', values.allow)
    // Where it is allowed, a disagreement has neither passed nor failed: it stands above, for somebody to understand.
    countTests(results.length - wrong, wrong > allowed ? wrong : 0)
    if (values.keep) {
      say(`the clusters are there until Ctrl-C: export KUBECONFIG=${plane.directory}/admin.kubeconfig`)
      await new Promise(() => setInterval(() => undefined, 60_000))
    }
    return wrong <= allowed && died === '' ? 0 : 1
  } finally {
    plane.stop()
  }
}

/** Prints the figures of the run, and gives the number of clusters that did not agree or did not run. */
function summary(results: readonly CaseResult[], seconds: number): number {
  const runs = results.flatMap((result) => result.runs)
  const differ = runs.filter(({ notes }) => notes.length > 0).length
  const errors = results.filter(({ error }) => error !== undefined).length
  const verdicts = new Map<string, number>()
  for (const { verdict } of runs.flatMap(({ plan }) => plan.nodes))
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
  const open = results.filter((result) => exitsSeen(result.runs).size > 0)
  const both = open.filter((result) => exitsSeen(result.runs).size > 1)
  say(`${results.length} clusters, ${runs.length} drains in ${seconds.toFixed(0)} s`)
  say(`  agree: ${runs.length - differ}, differ: ${differ}, did not run: ${errors}`)
  say(`  verdicts: ${[...verdicts].map(([verdict, count]) => `${verdict} ${count}`).join(', ')}`)
  say(`  a matter of order: ${open.length}, both outcomes seen: ${both.length}`)
  const differing = results.filter((result) => result.runs.some(({ notes }) => notes.length > 0)).length
  return differing + errors
}

try {
  process.exitCode = await main()
} catch (error) {
  const isUsage = error instanceof UsageError
  say((isUsage ? error.message : (error as Error).stack) ?? '')
  process.exitCode = isUsage ? 2 : 1
}
