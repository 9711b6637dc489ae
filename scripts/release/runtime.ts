import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { extract } from 'tar'
import { BUN_VERSION, type Target } from './targets.ts'

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kubectl-rollout-safety')

/**
 * The Bun of a target, out of its npm package: `npm install` refuses packages of foreign platforms, `npm pack` does
 * not. Kept in the user's cache.
 * @throws Error where the package is not the one that targets.ts pins
 */
export function bunOf({ package: name, integrity, os }: Target): string {
  const folder = join(CACHE, `${name.replace(/\W+/g, '-').slice(1)}-${BUN_VERSION}`)
  const bun = join(folder, 'package', 'bin', os === 'windows' ? 'bun.exe' : 'bun')
  if (existsSync(bun)) return bun
  mkdirSync(CACHE, { recursive: true })
  const temporary = mkdtempSync(join(CACHE, 'bun-'))
  const archive = execFileSync('npm', ['pack', '--silent', `${name}@${BUN_VERSION}`], {
    cwd: temporary,
    encoding: 'utf8',
  }).trim()
  const found = `sha512-${createHash('sha512')
    .update(readFileSync(join(temporary, basename(archive))))
    .digest('base64')}`
  if (found !== integrity) throw new Error(`${name}@${BUN_VERSION} is not what is pinned: ${found}`)
  extract({ file: join(temporary, basename(archive)), cwd: temporary, sync: true })
  renameSync(temporary, folder)
  return bun
}
