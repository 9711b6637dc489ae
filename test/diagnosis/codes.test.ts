import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { CAUSE_CODES } from '../../src/diagnosis/codes/codes.ts'

const PAGES = join(import.meta.dirname, '..', '..', 'docs', 'causes')

test.each(CAUSE_CODES)('$code has a page that says the same', ({ code, title, meaning, docs }) => {
  const page = readFileSync(join(PAGES, `${code}.md`), 'utf8')
  for (const part of [`# ${code}\n`, `${title}. ${meaning}\n`, `<${docs}>`]) expect(page).toContain(part)
})

test('there are no pages of codes that are gone', () => {
  const pages = readdirSync(PAGES).filter((file) => file !== 'README.md')
  expect(pages.sort()).toEqual(CAUSE_CODES.map(({ code }) => `${code}.md`).sort())
})
