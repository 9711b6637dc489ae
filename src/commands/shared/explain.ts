import { Flags } from '@oclif/core'
import { UserError } from '../../model/errors.ts'
import { editDistance } from '../../model/text/nearest.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { styleFor } from '../../render/terminal/style.ts'

/** Pages of one kind: what they are about, their names, and the Markdown of one. */
export interface Pages {
  readonly names: readonly string[]
  readonly page: (name: string) => string
}

/** `--explain`: prints a page and needs no cluster. */
export const explainFlag = (what: string) =>
  Flags.string({ helpValue: 'CODE', summary: `Print the page of a ${what}; needs no cluster.` })

/** The pages of causes and of rules on configuration. */
export async function documentedPages(
  ...folders: readonly ('causes' | 'rules')[]
): Promise<readonly Pages[]> {
  const { pageNames, readPage } = await import('../../pages.ts')
  return folders.map((folder) => ({
    names: pageNames(folder),
    page: (name: string) => readPage(folder, name),
  }))
}

/**
 * Prints the page of this name, in any case, on standard output.
 * @throws UserError with the nearest names where there is none
 */
export async function explain(word: string, sources: readonly Pages[]): Promise<void> {
  const matches = sources.flatMap(({ names, page }) =>
    names.filter((name) => name.toLowerCase() === word.toLowerCase()).map(page),
  )
  if (matches.length === 0)
    throw unknown(
      word,
      sources.flatMap(({ names }) => names),
    )
  const { pageText } = await import('../../render/terminal/page.ts')
  const style = styleFor(process.stdout, process.stdout.columns, process.env)
  process.stdout.write(matches.map((page) => pageText(page, style)).join('\n'))
}

const SUGGESTED = 4

function unknown(word: string, names: readonly string[]): UserError {
  const wanted = word.toLowerCase()
  const near = [...new Set(names)].filter((name) => isNear(wanted, name.toLowerCase()))
  const ranked = sortedBy(near, (name) => [editDistance(wanted, name.toLowerCase()), name])
  return new UserError(
    `there is no page for "${word}"`,
    ranked.length === 0
      ? 'Codes stand in brackets in the first line of each finding; docs/causes and docs/rules list them all.'
      : `Did you mean ${ranked.slice(0, SUGGESTED).join(', ')}?`,
  )
}

/** Misspelt, or a part of it. */
const isNear = (wanted: string, name: string): boolean =>
  name.includes(wanted) || editDistance(wanted, name) <= Math.max(1, Math.floor(wanted.length / 3))
