import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { filesBelow, ROOT } from './sources.ts'

/** Everything that people read, and could cite something in. */
const TEXTS = [
  ...['src', 'test', 'scripts', 'bench'].flatMap((folder) =>
    filesBelow(join(ROOT, folder), '.ts', '.md').map((file) => join(folder, file)),
  ),
  ...filesBelow(join(ROOT, 'docs'), '.md').map((file) => join('docs', file)),
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
].filter((file) => !file.includes('node_modules') && !file.startsWith('test/corpus/'))

const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** The anchor that GitHub gives a heading. */
const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/<[^>]*>|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

function anchorsIn(text: string): ReadonlySet<string> {
  const ids = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id ?? '')
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => slugOf(heading ?? ''))
  return new Set([...ids, ...headings])
}

const known = (page: string): ReadonlySet<string> | undefined =>
  existsSync(join(ROOT, page)) ? anchorsIn(textOf(page)) : undefined

/**
 * Why a citation of a page, or of a place in it, leads nowhere; undefined where it does not, or where CODE.md stands
 * for any.
 */
function deadEnd(from: string, page: string, anchor: string | undefined): string | undefined {
  if (/\/[A-Z]+\.md$/.test(page) && !page.endsWith('README.md')) return undefined
  if (!page.endsWith('.md'))
    return existsSync(join(ROOT, page)) ? undefined : `${from}: ${page} does not exist`
  const anchors = known(page)
  if (anchors === undefined) return `${from}: ${page} does not exist`
  return anchor === undefined || anchors.has(anchor) ? undefined : `${from}: ${page} has no place #${anchor}`
}

/** `docs/reference/scheduler.md#R6, #R8` in a comment, in a title of a test or in a page. */
const CITED = /\bdocs\/[\w./-]+\.md(?:(?:,[\s*]+|[\s*]+to[\s*]+)?#[\w.-]*[\w-])*/g
/** `[text](other.md#place)` in a page; addresses of other sites are left alone. */
const LINKED = /\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g

/** A page that is named without its folder, or by a folder that docs/ does not have. */
const FOREIGN = /(?<![\w./-])(?:spec\/[\w-]+|contract|design|wishes)\.md/g

/** A file of code, from the root of the repository. */
const NAMED = /(?<![\w./-])(?:src|test|scripts|bench)\/[\w./-]+\.ts\b/g

const citationsOf = (file: string): readonly (string | undefined)[] =>
  [...textOf(file).matchAll(CITED)].flatMap(([whole]) => {
    const [page = '', ...anchors] = whole.split('#').map((part) => part.replace(/[\s*,]+(?:to[\s*]*)?$/, ''))
    return anchors.length === 0
      ? [deadEnd(file, page, undefined)]
      : anchors.map((anchor) => deadEnd(file, page, anchor))
  })

const linksOf = (file: string): readonly (string | undefined)[] =>
  [...textOf(file).matchAll(LINKED)].map(([, path = '', anchor]) =>
    deadEnd(file, path === '' ? file : relative(ROOT, join(ROOT, dirname(file), path)), anchor),
  )

describe('citations', () => {
  test('each leads to a page, and to a place in it', () => {
    const dead = TEXTS.flatMap((file) => [
      ...citationsOf(file),
      ...(file.endsWith('.md') ? linksOf(file) : []),
    ]).filter((one) => one !== undefined)
    expect(dead).toEqual([])
  })

  test('a rule is cited by its place, not by its number alone', () => {
    const bare = TEXTS.filter((file) => file.endsWith('.ts')).flatMap((file) =>
      [...textOf(file).matchAll(/\(([DEBRO]\d{1,2}[a-d]?)(?:, [DEBRO]\d{1,2})*\)/g)].map(
        ([, rule]) => `${file}: (${rule}) names no page`,
      ),
    )
    expect(bare).toEqual([])
  })

  test('each file of code that a text names exists', () => {
    const missing = TEXTS.flatMap((file) =>
      [...textOf(file).matchAll(NAMED)].flatMap(([named]) =>
        existsSync(join(ROOT, named)) ? [] : [`${file}: ${named} does not exist`],
      ),
    )
    expect(missing).toEqual([])
  })

  test('none leads out of this repository to a text that it does not have', () => {
    const foreign = TEXTS.flatMap((file) =>
      [...textOf(file).matchAll(FOREIGN)].map(([whole]) => `${file}: ${whole} is not in this repository`),
    )
    expect(foreign).toEqual([])
  })

  test('finds what is dead', () => {
    expect(deadEnd('a.ts', 'docs/reference/scheduler.md', 'R6')).toBeUndefined()
    expect(deadEnd('a.ts', 'docs/reference/scheduler.md', 'R99')).toContain('has no place #R99')
    expect(deadEnd('a.ts', join('docs', 'reference', 'nothing.md'), undefined)).toContain('does not exist')
  })
})
