import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { create } from 'tar'

/**
 * Packs files of a folder into a tar.gz that is the same bytes wherever and whenever it is made: the order given, no
 * owners, one time, modes without the umask.
 */
export function archive(folder: string, files: readonly string[], to: string): void {
  create({ file: to, cwd: folder, gzip: { level: 9 }, portable: true, mtime: new Date(0), sync: true }, [
    ...files,
  ])
}

export const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
