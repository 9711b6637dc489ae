/**
 * Judges the three commands by the recordings in test/corpus and prints how many each gets right:
 * `npm run corpus [-- -v]`. Exit code 1 where one is wrong; -v names these.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drainPlan } from '../src/drain/plan.ts'
import { explainEvents } from '../src/events/explain.ts'
import { readFiles } from '../src/kube/files/files.ts'
import type { Finding } from '../src/model/report/finding.ts'
import { indexCluster } from '../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../src/model/snapshot/snapshot.ts'
import { probeCheck } from '../src/probes/check.ts'
import { drainRunbook } from '../src/render/drain/runbook/runbook.ts'
import { type DrainOutcome, judgeDrain } from '../test/helpers/drain-judge.ts'
import { countTests } from '../test/helpers/jest/count-tests.ts'
import { drainCaseIn } from '../test/helpers/recordings.ts'

/** How many recordings each command gets right. */
interface Figures {
  probeCheck: number
  explainEvents: number
  verdicts: number
  evictedSets: number
  pendingSets: number
  runbooks: number
}

const CORPUS = join(import.meta.dirname, '..', 'test', 'corpus')
const verbose = process.argv.includes('-v')
const EVERYTHING = { selection: { targets: [], selector: [] } }

interface Label {
  readonly cause: string
  readonly probe: string | null
  readonly capturedAt: string
}

const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(CORPUS, ...path), 'utf8')) as T
const snapshotAt = (folder: string, now?: string): Promise<Snapshot> =>
  readFiles([join(CORPUS, folder)], {
    stdin: process.stdin,
    clock: '2026-11-21T03:00:00Z',
    ...(now === undefined ? {} : { now }),
  })

/** What a judge expects: one root cause with the labelled code and probe, or nothing loud on a healthy case. */
function isRight(findings: readonly Finding[], { cause, probe }: Label): boolean {
  const loud = findings.filter(({ severity }) => severity !== 'Info')
  if (cause === 'none') return loud.length === 0
  const roots = loud.filter(({ rootCause }) => rootCause)
  return (
    roots.length === 1 && roots[0]?.code === cause && (probe === null || roots[0].subject.probe === probe)
  )
}

const say = (text: string) => process.stdout.write(`${text}\n`)
const describeRoots = (findings: readonly Finding[]) =>
  findings
    .filter(({ severity }) => severity !== 'Info')
    .map(
      ({ code, rootCause, subject }) =>
        `${rootCause ? 'root ' : ''}${code}${subject.probe ? `/${subject.probe}` : ''}`,
    )
    .join(', ') || 'nothing'

async function failures(figures: Figures): Promise<number> {
  const cases = readdirSync(join(CORPUS, 'failures')).sort()
  for (const name of cases) {
    const label = json<Label>('failures', name, 'label.json')
    const cluster = indexCluster(await snapshotAt(join('failures', name), label.capturedAt))
    const { findings } = probeCheck(cluster, EVERYTHING)
    const { incidents } = explainEvents(cluster, { ...EVERYTHING, all: false })
    for (const [figure, found] of [
      ['probeCheck', findings],
      ['explainEvents', incidents],
    ] as const) {
      if (isRight(found, label)) figures[figure]++
      else if (verbose)
        say(`  ${figure} ${name}: expected ${label.cause}/${label.probe}, found ${describeRoots(found)}`)
    }
  }
  return cases.length
}

async function drains(figures: Figures): Promise<{ total: number; undecided: number }> {
  const cases = readdirSync(join(CORPUS, 'drains')).sort()
  const runbooks = mkdtempSync(join(tmpdir(), 'runbooks-'))
  let undecided = 0
  for (const name of cases) {
    const { nodes, options, flags } = drainCaseIn(join(CORPUS, 'drains', name))
    const outcome = json<DrainOutcome>('drains', name, 'outcome.json')
    const cluster = indexCluster(await snapshotAt(join('drains', name)))
    const plan = drainPlan(cluster, nodes, options)
    const judged = judgeDrain(plan, outcome)
    if (judged.verdictRight) figures.verdicts++
    if (judged.setsRight) figures.evictedSets++
    if (judged.pendingRight) figures.pendingSets++
    if (plan.nodes.some(({ verdict }) => verdict === 'OrderDependent' || verdict === 'Unknown')) undecided++
    if (verbose && judged.notes.length > 0) say(`  drain ${name}: ${judged.notes.join('; ')}`)
    writeFileSync(join(runbooks, name), drainRunbook(plan, { drain: flags, cluster: [] }))
  }
  const each = 'for script; do bash -n "$script" || echo "$script"; done'
  const { stdout, stderr } = spawnSync('bash', ['-c', each, 'bash', ...cases], {
    cwd: runbooks,
    encoding: 'utf8',
  })
  rmSync(runbooks, { recursive: true })
  figures.runbooks = cases.length - stdout.split('\n').filter((line) => line !== '').length
  if (verbose && stderr !== '') say(`  runbooks: ${stderr}`)
  return { total: cases.length, undecided }
}

const figures: Figures = {
  probeCheck: 0,
  explainEvents: 0,
  verdicts: 0,
  evictedSets: 0,
  pendingSets: 0,
  runbooks: 0,
}
const started = performance.now()
const failureCases = await failures(figures)
const { total, undecided } = await drains(figures)
say(`failures (${failureCases} recordings of a real kubelet)`)
say(`  probe-check     root cause right    ${figures.probeCheck} of ${failureCases}`)
say(`  explain-events  root cause right    ${figures.explainEvents} of ${failureCases}`)
say(`drains (${total} real drains)`)
say(
  `  drain-plan      verdict right       ${figures.verdicts} of ${total} (${undecided} OrderDependent or Unknown)`,
)
say(`  drain-plan      evicted, remaining  ${figures.evictedSets} of ${total}`)
say(`  drain-plan      left Pending        ${figures.pendingSets} of ${total}`)
say(`  drain-plan      runbooks that parse ${figures.runbooks} of ${total}`)
say(`in ${((performance.now() - started) / 1000).toFixed(1)} s`)
const right = Object.values(figures).reduce((sum, figure) => sum + figure, 0)
const judged = 2 * failureCases + 4 * total
countTests(right, judged - right)
if (right < judged) {
  say(`${judged - right} of ${judged} are wrong: npm run corpus -- -v names them`)
  process.exitCode = 1
}
