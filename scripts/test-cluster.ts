/**
 * Builds a control plane (once), starts it, runs the tests of test/cluster against it and stops it, whatever happens:
 * `npm run test:cluster [-- --kubernetes 1.33|by-date] [JEST ARGUMENTS]`. Never skips: without Go it fails and says so.
 */
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { binaries, controlPlanePrograms } from '../test/cluster/harness/binaries.ts'
import { startControlPlane } from '../test/cluster/harness/control-plane.ts'
import { takeKubernetes, UsageError } from '../test/cluster/harness/versions.ts'

const root = join(import.meta.dirname, '..')
const say = (text: string) => process.stderr.write(`${text}\n`)

async function main(): Promise<number> {
  // Ends this process in order, so that what it started ends with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
  const { version, sentence, others } = takeKubernetes(process.argv.slice(2), new Date())
  say(sentence)
  const binary = binaries(say, controlPlanePrograms(version))
  const started = performance.now()
  const plane = await startControlPlane(binary)
  say(`control plane ready after ${((performance.now() - started) / 1000).toFixed(1)} s: ${plane.directory}`)
  try {
    const code = await jest(others, {
      CONTROL_PLANE: plane.directory,
      CONTROL_PLANE_SERVER: plane.server,
      CONTROL_PLANE_BINARIES: dirname(binary('kubectl')),
      CONTROL_PLANE_KUBERNETES: version.minor,
    })
    const died = plane.died()
    if (died !== '') say(`a part of the control plane did not survive:\n${died}`)
    return died === '' ? code : 1
  } finally {
    plane.stop()
  }
}

const jest = (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--experimental-vm-modules',
        join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
        '--config=test/cluster/jest.config.js',
        ...args,
      ],
      { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } },
    )
    process.on('exit', () => child.kill('SIGKILL'))
    child.on('exit', (code) => resolve(code ?? 1))
  })

try {
  process.exitCode = await main()
} catch (error) {
  say((error as Error).message)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
