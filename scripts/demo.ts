/**
 * Runs the three commands on the recorded cluster in examples/shop and prints what a user would see: `npm run demo`.
 * Exits non-zero only when a command could not do its work; finding the trouble that is there is its work.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const DEMO = [
  ['probe-check', '-f', 'examples/shop'],
  ['drain-plan', 'node-2', '-f', 'examples/shop'],
  ['explain-events', '-f', 'examples/shop'],
] as const

for (const [plugin, ...args] of DEMO) {
  process.stdout.write(`\n$ kubectl ${[plugin, ...args].join(' ')}\n\n`)
  const file = join(root, 'bin', `kubectl-${plugin.replaceAll('-', '_')}`)
  const { status, error } = spawnSync(file, args, { cwd: root, stdio: 'inherit' })
  if (error !== undefined) throw error
  process.stdout.write(`\nexit code ${status}\n`)
  if (status !== 0 && status !== 1) process.exitCode = 1
}
