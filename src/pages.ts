import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The pages of docs/ that `--explain` prints, by folder and then by code. This module is the only one that knows
 * where they are: scripts/release/bundle.ts puts one with the same two functions in its place, which holds the texts.
 */
export type PageFolder = 'causes' | 'rules'

const DOCS = join(import.meta.dirname, '..', 'docs')

/** Every code that has a page, sorted. */
export const pageNames = (folder: PageFolder): readonly string[] =>
  readdirSync(join(DOCS, folder))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => name.slice(0, -'.md'.length))
    .sort()

/** The Markdown of a page out of {@link pageNames}. */
export const readPage = (folder: PageFolder, name: string): string =>
  readFileSync(join(DOCS, folder, `${name}.md`), 'utf8')
