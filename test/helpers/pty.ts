import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ENVIRONMENT, PLUGINS, ROOT } from './plugin.ts'

/**
 * What a plugin prints on a terminal of so many columns: a real one, made by `script` of util-linux. Both streams, in
 * order.
 * @param words for a shell: without blanks and without what a shell takes for its own
 */
export function onTerminal(name: string, words: readonly string[], columns: number): Promise<string> {
  const line = `stty cols ${columns} rows 50; exec ${[join(PLUGINS, `kubectl-${name}`), ...words].join(' ')}`
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qec', line, '/dev/null'], {
      cwd: ROOT,
      env: { ...ENVIRONMENT, TERM: 'xterm-256color' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    child.on('error', reject)
    child.on('close', () => resolve(text.replaceAll('\r\n', '\n')))
  })
}
