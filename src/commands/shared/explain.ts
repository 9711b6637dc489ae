import { Flags } from '@oclif/core'
import { UserError } from '../../model/errors.ts'
import { editDistance } from '../../model/text/nearest.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { styleFor } from '../../render/terminal/style.ts'

/** Pages of one kind: the codes that have one, and the Markdown of each. */
export interface Pages {
  readonly codes: readonly string[]
  readonly page: (code: string) => string
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
    codes: pageNames(folder),
    page: (code: string) => readPage(folder, code),
  }))
}

/**
 * Prints the page of this code, in any case, on standard output.
 * @throws UserError with the nearest codes where there is none
 */
export async function explain(word: string, sources: readonly Pages[]): Promise<void> {
  const matches = sources.flatMap(({ codes, page }) =>
    codes.filter((code) => code.toLowerCase() === word.toLowerCase()).map(page),
  )
  if (matches.length === 0)
    throw unknownCode(
      word,
      sources.flatMap(({ codes }) => codes),
    )
  const { pageText } = await import('../../render/terminal/page.ts')
  const style = styleFor(process.stdout, process.stdout.columns, process.env)
  process.stdout.write(matches.map((page) => pageText(page, style)).join('\n'))
}

const SUGGESTED = 4

function unknownCode(word: string, codes: readonly string[]): UserError {
  const wanted = word.toLowerCase()
  const near = [...new Set(codes)].filter((code) => isNear(wanted, code.toLowerCase()))
  const ranked = sortedBy(near, (code) => [editDistance(wanted, code.toLowerCase()), code])
  return new UserError(
    `there is no page for "${word}"`,
    ranked.length === 0
      ? 'Codes stand in brackets in the first line of each finding; docs/causes and docs/rules list them all.'
      : `Did you mean ${ranked.slice(0, SUGGESTED).join(', ')}?`,
  )
}

/** Misspelt, or a part of it. */
const isNear = (wanted: string, code: string): boolean =>
  code.includes(wanted) || editDistance(wanted, code) <= Math.max(1, Math.floor(wanted.length / 3))
