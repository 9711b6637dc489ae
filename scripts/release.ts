/**
 * Makes a release: `npm run release [-- OS_ARCH ...]` writes the archives of the six platforms, their checksums and the
 * three krew manifests to dist/release. The same commit gives the same bytes on every machine.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { archive, sha256 } from './release/archive.ts'
import { bundle } from './release/bundle.ts'
import { compile } from './release/compile.ts'
import { archiveName, executableName, manifests, manifestText, PAPERS } from './release/krew.ts'
import { licenceText, RUNTIME_NOTICE, sbom } from './release/licences.ts'
import { signatureFaults } from './release/macho.ts'
import { TARGETS, targetName } from './release/targets.ts'

const root = join(import.meta.dirname, '..')
const out = join(root, 'dist', 'release')
const wanted = process.argv.slice(2)
const targets = TARGETS.filter((target) => wanted.length === 0 || wanted.includes(targetName(target)))
if (targets.length === 0) throw new Error(`no such platform; there are ${TARGETS.map(targetName).join(', ')}`)
rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })

const work = mkdtempSync(join(tmpdir(), 'release-'))
const { code, packages } = await bundle()
writeFileSync(join(work, 'plugin.cjs'), code)
copyFileSync(join(root, 'LICENSE'), join(work, 'LICENSE'))
writeFileSync(join(work, 'THIRD-PARTY-LICENSES.txt'), `${RUNTIME_NOTICE}\n${licenceText(packages)}`)
writeFileSync(join(work, 'sbom.cdx.json'), sbom(packages))

const sums = new Map<string, string>()
for (const target of targets) {
  const executable = join(work, executableName(target))
  compile(join(work, 'plugin.cjs'), target, executable)
  const faults = target.os === 'darwin' ? signatureFaults(readFileSync(executable)) : []
  if (faults.length > 0)
    throw new Error(`${targetName(target)}: its signature is wrong: ${faults.join('; ')}`)
  const file = join(out, archiveName(target))
  archive(work, [executableName(target), ...PAPERS], file)
  sums.set(archiveName(target), sha256(file))
  const megabytes = (size: number) => `${(size / 1e6).toFixed(1)} MB`
  process.stdout.write(
    `${sums.get(archiveName(target))}  ${archiveName(target)}  ${megabytes(statSync(file).size)}, unpacked ${megabytes(statSync(executable).size)}\n`,
  )
}
rmSync(work, { recursive: true })

writeFileSync(join(out, 'SHA256SUMS'), [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join(''))
// krew wants all platforms in a manifest: without all archives there are no manifests.
if (targets.length === TARGETS.length)
  for (const manifest of manifests((target) => sums.get(archiveName(target)) ?? ''))
    writeFileSync(join(out, `${manifest.metadata.name}.yaml`), manifestText(manifest))
