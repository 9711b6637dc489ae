/**
 * Makes what the npm package ships: `npm run build` writes dist/plugin.cjs, which is all of the program in one file, and
 * a small file for each name that kubectl looks for. `npm pack` runs it.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import packageJson from '../package.json' with { type: 'json' }
import { bundle } from './release/bundle.ts'
import { licenceText } from './release/licences.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)

const { code, packages } = await bundle()
writeFileSync(join(dist, 'plugin.cjs'), code)
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licenceText(packages))
for (const [name, path] of Object.entries(packageJson.bin)) {
  // Links and .cmd files hide the name from Node, so each file says which one it is.
  writeFileSync(join(root, path), `#!/usr/bin/env node\nprocess.argv0 = '${name}'\nrequire('./plugin.cjs')\n`)
  chmodSync(join(root, path), 0o755)
}
process.stdout.write(
  `dist/plugin.cjs: ${(code.length / 1024).toFixed(0)} KiB of ${packages.length} packages\n`,
)
