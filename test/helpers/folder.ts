import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from '@jest/globals'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/**
 * A temporary folder with these files, by path below it: objects are written as JSON, and a text that begins with `#!` can
 * be run. Removed after the tests.
 */
export function folderWith(files: Readonly<Record<string, string | Buffer | object>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-safety-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    const isText = typeof content === 'string' || Buffer.isBuffer(content)
    const mode = typeof content === 'string' && content.startsWith('#!') ? 0o755 : 0o644
    writeFileSync(path, isText ? content : JSON.stringify(content), { mode })
  }
  return folder
}
