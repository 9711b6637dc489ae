/**
 * Makes what the npm package ships: `npm run build [-- FOLDER]` writes plugin.cjs into FOLDER (dist/npm), which is all of
 * the program in one file, and a small file for each name that kubectl looks for. `npm pack` runs it.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import packageJson from '../package.json' with { type: 'json' }
import { bundle } from './release/bundle.ts'
import { licenceText } from './release/licences.ts'

const [dist = join(import.meta.dirname, '..', 'dist', 'npm')] = process.argv.slice(2)
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })

const { code, packages } = await bundle()
writeFileSync(join(dist, 'plugin.cjs'), code)
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licenceText(packages))
for (const [name, path] of Object.entries(packageJson.bin)) {
  // npm's links and .cmd files hide from Node how it was called, so each file says which plugin it is.
  const [, completion, plugin = ''] = /^kubectl(_complete)?-(.+)$/.exec(name) ?? []
  const words = [...(completion === undefined ? [] : ['complete']), plugin.replaceAll('_', '-')]
  const start = `process.argv.splice(2, 0, ${words.map((word) => `'${word}'`).join(', ')})`
  const file = join(dist, basename(path))
  writeFileSync(file, `#!/usr/bin/env node\n${start}\nrequire('./plugin.cjs')\n`)
  chmodSync(file, 0o755)
}
process.stdout.write(
  `dist/npm/plugin.cjs: ${(code.length / 1024).toFixed(0)} KiB of ${packages.length} packages\n`,
)
