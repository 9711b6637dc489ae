import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { EventReport } from '../../../src/events/report.ts'
import type { Finding } from '../../../src/model/report/finding.ts'
import type { ProbeReport } from '../../../src/probes/report.ts'
import { sleep } from '../../cluster/harness/processes.ts'
import type { Situation, Truth } from '../situations/situation.ts'
import { act, type Cluster } from './cluster.ts'
import { type Judgement, judge } from './judge.ts'

export type CommandName = 'probe-check' | 'explain-events'
const COMMANDS: readonly CommandName[] = ['probe-check', 'explain-events']

/** What a command said about a situation over time. */
export interface History {
  /** In the last round. */
  readonly last: Judgement
  /** The first false answer of all rounds, with where it was recorded. */
  readonly wrong?: Judgement & { readonly recording: string }
}

/** By situation, for each command. */
export type Histories = Readonly<Record<CommandName, ReadonlyMap<string, History>>>

/** The node is well, whatever runs on it. */
export const NODE_AS_A_WHOLE: { readonly name: string; readonly truth: Truth } = {
  name: '(node)',
  truth: { causes: [] },
}

/** What was found in a namespace, or about the node. */
export const inNamespace = (findings: readonly Finding[], name: string): readonly Finding[] =>
  findings.filter(({ subject }) => (subject.namespace ?? NODE_AS_A_WHOLE.name) === name)

interface RoundOptions {
  readonly seconds: number
  /** Where the recordings of rounds with a false answer stay. */
  readonly folder: string
  readonly say: (line: string) => void
}

const PAUSE_MILLISECONDS = 5000

/**
 * Asks both commands about the whole cluster again and again, as on a bad day, until all answers are right or the time
 * is over. A false answer counts whenever it is given; one that is missing counts only at the end.
 */
export async function rounds(
  cluster: Cluster,
  situations: readonly Situation[],
  { seconds, folder, say }: RoundOptions,
): Promise<Histories> {
  const histories = {
    'probe-check': new Map<string, History>(),
    'explain-events': new Map<string, History>(),
  }
  const started = performance.now()
  const age = () => (performance.now() - started) / 1000
  let waiting = situations.filter(({ deleted, then }) => deleted !== undefined || then !== undefined)
  for (let round = 1; ; round++) {
    const done = await Promise.all(waiting.map((one) => act(cluster, one)))
    waiting = waiting.filter((_, index) => !done[index])
    for (const command of COMMANDS) {
      const recording = join(folder, `${command}-${round}`)
      const findings = await ask(cluster, command, recording)
      for (const { name, truth } of [NODE_AS_A_WHOLE, ...situations]) {
        const last = judge(inNamespace(findings, name), truth)
        const before = histories[command].get(name)?.wrong
        const wrong = before ?? (last.verdict === 'wrong' ? { ...last, recording } : undefined)
        histories[command].set(name, { last, ...(wrong === undefined ? {} : { wrong }) })
      }
      if (!isNamed(histories[command], recording)) rmSync(recording, { recursive: true })
    }
    const open = COMMANDS.map((command) => countOpen(histories[command]))
    say(`${age().toFixed(0)} s: ${COMMANDS.map((name, i) => `${name} ${open[i]}`).join(', ')} not right`)
    if ((waiting.length === 0 && open.every((count) => count === 0)) || age() > seconds) return histories
    await sleep(PAUSE_MILLISECONDS)
  }
}

const isNamed = (histories: ReadonlyMap<string, History>, recording: string): boolean =>
  [...histories.values()].some(({ wrong }) => wrong?.recording === recording)

const countOpen = (histories: ReadonlyMap<string, History>): number =>
  [...histories.values()].filter(({ last }) => last.verdict !== 'right').length

/** Every finding of a command about all namespaces. */
async function ask(cluster: Cluster, command: CommandName, recording: string): Promise<readonly Finding[]> {
  const report = await reportOf(cluster, [command, '-A', '-o', 'json', '--save', recording])
  return 'incidents' in report ? report.incidents : report.findings
}

/** Runs a plugin that prints JSON. */
export async function reportOf(
  { kubectl }: Cluster,
  args: readonly string[],
): Promise<EventReport | ProbeReport> {
  const { code, stdout, stderr } = await kubectl(args, 300)
  // 1 means that something was found.
  if (code > 1 || code < 0) throw new Error(`kubectl ${args.join(' ')} exits ${code}: ${stderr}`)
  return JSON.parse(stdout) as EventReport | ProbeReport
}
