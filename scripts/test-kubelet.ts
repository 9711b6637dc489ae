/**
 * Starts a control plane and a real kubelet with containerd on this machine, breaks workloads in every way that a node
 * knows, and asks the plugins what is wrong:
 * `npm run test:kubelet [-- --kubernetes 1.33|by-date] [--part ci] [--minutes N] [-t PATTERN] [--no-mend] [--keep]`,
 * or `--again DIR`, which judges what an earlier run has recorded, without a node.
 * Needs root, Go and some Debian packages; never skips: where something is missing it fails and says so.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startControlPlane } from '../test/cluster/harness/control-plane.ts'
import { chooseKubernetes, UsageError } from '../test/cluster/harness/versions.ts'
import { countTests } from '../test/helpers/jest/count-tests.ts'
import { judgeAgain } from '../test/kubelet/harness/again.ts'
import { clusterOf, makeAll } from '../test/kubelet/harness/cluster.ts'
import { type Inside, runIsolated, settleInside } from '../test/kubelet/harness/isolation.ts'
import { mend } from '../test/kubelet/harness/mend.ts'
import { NODE, startNode } from '../test/kubelet/harness/node.ts'
import { nodePrograms } from '../test/kubelet/harness/programs.ts'
import { replays } from '../test/kubelet/harness/replays.ts'
import { whatIsMissing } from '../test/kubelet/harness/requirements.ts'
import { rounds } from '../test/kubelet/harness/rounds.ts'
import { summarize } from '../test/kubelet/harness/table.ts'
import { SITUATIONS } from '../test/kubelet/situations/index.ts'
import type { Situation } from '../test/kubelet/situations/situation.ts'

/** Carries to the process inside what the one outside has made. */
const VARIABLE = 'KUBELET_TEST'
const say = (text: string) => process.stderr.write(`${text}\n`)

const { values } = parseArgs({
  options: {
    kubernetes: { type: 'string' },
    part: { type: 'string', default: 'all' },
    minutes: { type: 'string', default: '8' },
    t: { type: 'string', short: 't', default: '' },
    'no-mend': { type: 'boolean', default: false },
    again: { type: 'string' },
    keep: { type: 'boolean', default: false },
    folder: { type: 'string', default: 'kubelet-differences' },
  },
})

function chosen(): readonly Situation[] {
  const pattern = new RegExp(values.t)
  return SITUATIONS.filter(({ name, ci }) => pattern.test(name) && (values.part !== 'ci' || ci === true))
}

async function outside(): Promise<number> {
  if (values.again !== undefined) {
    const lines = await judgeAgain(values.again, chosen())
    say([...lines, `${lines.length} not right`].join('\n'))
    return lines.length === 0 ? 0 : 1
  }
  const missing = whatIsMissing()
  if (missing !== undefined) throw new UsageError(missing)
  const { version, sentence } = chooseKubernetes(values.kubernetes, new Date())
  if (chosen().length === 0) throw new UsageError(`no situation is called like ${values.t}`)
  say(`kubelet of ${sentence}`)
  // Inside there is no network to get anything from.
  nodePrograms(say, version)
  const args = ['--disable-warning=ExperimentalWarning', ...process.argv.slice(1)]
  return runIsolated([process.execPath, ...args], VARIABLE)
}

async function within(inside: Inside): Promise<number> {
  settleInside(inside)
  process.env['TMPDIR'] = join(inside.directory, 'tmp')
  mkdirSync(process.env['TMPDIR'])
  const binary = nodePrograms(say, chooseKubernetes(values.kubernetes, new Date()).version)
  const plane = await startControlPlane(binary, { kubelets: [NODE] })
  const node = await startNode(inside, plane, binary)
  const cluster = clusterOf(plane, binary)
  const situations = chosen()
  say(`${NODE} is Ready; ${situations.length} situations`)
  await makeAll(cluster, situations)
  const folder = resolve(values.folder)
  mkdirSync(folder, { recursive: true })
  const histories = await rounds(cluster, situations, { seconds: Number(values.minutes) * 60, folder, say })
  const replayed = await replays(cluster, situations)
  say(`${replayed.size} workloads are replayed`)
  const mended = values['no-mend']
    ? new Map<string, string>()
    : await mend(
        cluster,
        situations.filter((one) => one.mended === true),
        say,
      )
  const { text, passed, failed } = summarize(situations, { histories, replays: replayed, mended })
  say(text)
  const died = [plane.died(), node.died()].join('')
  if (died !== '') say(`a part of the cluster did not survive:\n${died}`)
  countTests(passed, failed)
  if (values.keep) await waitForever(plane.directory)
  return failed === 0 && died === '' ? 0 : 1
}

/** Until Ctrl-C. The names of processes outside are not known in here: the first one is what `unshare` started. */
function waitForever(directory: string): Promise<never> {
  say('the node is there until Ctrl-C; another shell gets in with:')
  say(`  nsenter --mount --net --pid --target $(pgrep -P $(pgrep -o unshare))`)
  say(`  export KUBECONFIG=${directory}/admin.kubeconfig`)
  return new Promise(() => setInterval(() => {}, 60_000))
}

try {
  const inside = process.env[VARIABLE]
  process.exitCode = await (inside === undefined ? outside() : within(JSON.parse(inside) as Inside))
} catch (error) {
  say((error as Error).message)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
// Servers and sockets of the run are still open.
process.exit()
