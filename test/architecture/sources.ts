import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
export const SRC = join(ROOT, 'src')

/** The paths of the files below a folder that have one of these endings, relative to it and sorted. */
export const filesBelow = (folder: string, ...endings: readonly string[]): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .sort()

/** The source files of the program, relative to src. */
export const files = filesBelow(SRC, '.ts')

export const sourceOf = (file: string): string => readFileSync(join(SRC, file), 'utf8')

export const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
