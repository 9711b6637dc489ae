/**
 * Writes the generated pages of docs/ from the registries, and its picture from the example, or with --check says which are out of date:
 * `npm run docs`, and part of `npm run check`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { causesMarkdown } from '../src/diagnosis/codes/doc.ts'
import { reasonsMarkdown } from '../src/events/catalogue/doc.ts'
import { rulesMarkdown } from '../src/probes/rules/doc.ts'
import { picture } from './docs/picture.ts'

const PAGES = {
  'docs/causes/README.md': causesMarkdown,
  'docs/reasons.md': reasonsMarkdown,
  'docs/rules/README.md': rulesMarkdown,
  'docs/images/drain-plan.svg': picture,
}

const root = join(import.meta.dirname, '..')
const check = process.argv.includes('--check')
for (const [path, page] of Object.entries(PAGES)) {
  const file = join(root, path)
  const wanted = await page()
  if (!check) writeFileSync(file, wanted)
  else if (readFileSync(file, 'utf8') !== wanted) {
    process.stderr.write(`${path} is out of date: run npm run docs and commit the result\n`)
    process.exitCode = 1
  }
}
