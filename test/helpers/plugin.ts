import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { folderWith } from './folder.ts'
import { installPackage, ROOT } from './npm-package.ts'

export { ROOT }

/** The folder of the plugins to run: the npm package, unless PLUGINS names another installation. */
export const PLUGINS = process.env['PLUGINS'] ?? installPackage(folderWith())

/** The environment of a plugin that has no kubeconfig and no terminal. Node keeps what it compiled from run to run. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  NO_COLOR: '1',
  NODE_COMPILE_CACHE: folderWith(),
}

export interface Ended {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface PluginOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Called with the running process, to do something to it. */
  readonly meanwhile?: (child: ChildProcess) => void
}

/** Runs `kubectl-probe_check` or another plugin as a process of its own, without any kubeconfig. */
export function plugin(
  name: string,
  args: readonly string[],
  { env = {}, cwd, meanwhile }: PluginOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(PLUGINS, `kubectl-${name}`), args, {
      cwd,
      env: { ...ENVIRONMENT, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? '', stdout, stderr }))
    meanwhile?.(child)
  })
}
