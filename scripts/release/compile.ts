import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { sign } from './macho.ts'
import { bunOf } from './runtime.ts'
import { hostTarget, type Target } from './targets.ts'

/**
 * Makes a self-contained executable out of the bundle. The folder where a plugin is called may hold a `.env` or a
 * `bunfig.toml` of somebody else's project, which must not change what it does.
 * @param code the path of the bundle
 */
export function compile(code: string, target: Target, to: string): void {
  const host = hostTarget()
  if (host === undefined)
    throw new Error(`there is no Bun to compile with on ${process.platform}-${process.arch}`)
  execFileSync(
    bunOf(host),
    [
      'build',
      '--compile',
      '--bytecode',
      `--target=${target.bun}`,
      `--compile-executable-path=${bunOf(target)}`,
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      code,
      `--outfile=${to}`,
    ],
    // The paths of the bundle go into the executable: relative ones are the same on every machine.
    { cwd: dirname(code), stdio: ['ignore', 'ignore', 'inherit'] },
  )
  if (target.os === 'darwin') writeFileSync(to, sign(readFileSync(to), 'kubectl-rollout-safety'))
  chmodSync(to, 0o755)
}
