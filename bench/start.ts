/**
 * How long the executable takes to start and to read a cluster, in relation to kubectl doing the same on the same
 * server: `npm run bench:start`. Runs are paired, kubectl and plugin in turn; figures are medians. Starts a control plane.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../scripts/release/bundle.ts'
import { compile } from '../scripts/release/compile.ts'
import { hostTarget } from '../scripts/release/targets.ts'
import { NEEDS } from '../src/commands/shared/needs.ts'
import { binaries, controlPlanePrograms } from '../test/cluster/harness/binaries.ts'
import { kubeconfigPath, startControlPlane } from '../test/cluster/harness/control-plane.ts'
import { chooseKubernetes } from '../test/cluster/harness/versions.ts'

const RUNS = 25
const PODS = 25
const say = (text: string) => process.stdout.write(`${text}\n`)

const work = mkdtempSync(join(tmpdir(), 'bench-start-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
const target = hostTarget()
if (target === undefined) throw new Error('this machine has no executable to measure')
writeFileSync(join(work, 'plugin.cjs'), (await bundle()).code)
compile(join(work, 'plugin.cjs'), target, join(work, 'kubectl-rollout-safety'))
for (const name of ['probe_check', 'drain_plan', 'explain_events'])
  symlinkSync('kubectl-rollout-safety', join(work, `kubectl-${name}`))

const binary = binaries(say, controlPlanePrograms(chooseKubernetes(undefined, new Date()).version))
const plane = await startControlPlane(binary)
const env = { ...process.env, KUBECONFIG: kubeconfigPath(plane.directory, 'admin'), HOME: work }

function run(program: string, args: readonly string[], input = '') {
  const started = performance.now()
  const { status, stderr } = spawnSync(program, args, { env, input, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0 && status !== 1) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
  return performance.now() - started
}

/** Peak memory of one run, in MiB, as the system's own `time` tells it; undefined where there is none. */
function peak(program: string, args: readonly string[]): number | undefined {
  const { stderr, error } = spawnSync('/usr/bin/time', ['-f', '%M', program, ...args], {
    env,
    encoding: 'utf8',
  })
  return error === undefined ? Number(stderr.trim().split('\n').at(-1)) / 1024 : undefined
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

function compare(
  title: string,
  kubectlArgs: readonly string[],
  plugin: string,
  args: readonly string[],
): void {
  const [kubectl, own] = [binary('kubectl'), join(work, plugin)]
  const pairs = Array.from({ length: RUNS }, () => [run(kubectl, kubectlArgs), run(own, args)] as const)
  const [theirs, ours] = [median(pairs.map(([first]) => first)), median(pairs.map(([, second]) => second))]
  const megabytes = [peak(kubectl, kubectlArgs), peak(own, args)].map((one) => one?.toFixed(0) ?? '?')
  say(
    `${title.padEnd(66)} ${theirs.toFixed(0).padStart(5)} ms ${ours.toFixed(0).padStart(5)} ms  ` +
      `${(ours / theirs).toFixed(2)}x   ${megabytes.join(' and ')} MiB`,
  )
}

try {
  const pods = Array.from({ length: PODS }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace: 'default' },
    spec: { containers: [{ name: 'app', image: 'example.test/app:1' }] },
  }))
  run(
    binary('kubectl'),
    ['create', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods }),
  )
  say(`${''.padEnd(66)}  kubectl   plugin`)
  compare('--version, against kubectl version --client', ['version', '--client'], 'kubectl-probe_check', [
    '--version',
  ])
  compare('--help, against kubectl get --help', ['get', '--help'], 'kubectl-probe_check', ['--help'])
  for (const plugin of ['probe-check', 'explain-events'] as const)
    compare(
      `${plugin} -A, against kubectl get of the same kinds`,
      ['get', NEEDS[plugin].join(','), '-A'],
      `kubectl-${plugin.replaceAll('-', '_')}`,
      ['-A', '--fail-on=none'],
    )
  compare('probe-check -A, against kubectl get pods -A', ['get', 'pods', '-A'], 'kubectl-probe_check', [
    '-A',
    '--fail-on=none',
  ])
} finally {
  plane.stop()
}
