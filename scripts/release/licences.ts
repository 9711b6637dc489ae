import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { BUN_VERSION } from './targets.ts'

const ROOT = join(import.meta.dirname, '..', '..')

interface Package {
  readonly name: string
  readonly version: string
  readonly license?: string
}

const packageAt = (folder: string): Package =>
  JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Package

/**
 * The licences of everything in the bundle, as one text.
 * @param folders of the packages, as {@link Bundle} names them
 * @throws Error for a package without a licence file: then somebody has to find out what it asks for
 */
export function licenceText(folders: readonly string[]): string {
  const texts = folders.map((folder) => {
    const { name, version, license = 'see below' } = packageAt(folder)
    const files = readdirSync(join(ROOT, folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    if (files.length === 0) throw new Error(`${name} ${version} has no licence file`)
    const contents = files.sort().map((file) => readFileSync(join(ROOT, folder, file), 'utf8').trim())
    return `${name} ${version} (${license})\n\n${contents.join('\n\n')}`
  })
  return `${[...new Set(texts)].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

/** What the executables add to the bundle. Its own parts are listed at https://bun.com/docs/project/license. */
export const RUNTIME_NOTICE = `The executables contain Bun ${BUN_VERSION} (MIT, https://bun.com), which is linked with
JavaScriptCore (LGPL 2). The licences of Bun's own parts: https://bun.com/docs/project/license
`

interface Sbom {
  serialNumber?: string
  metadata: { timestamp?: string; component: { name: string } }
  components: { name: string; version: string; 'bom-ref': string }[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

/**
 * The bill of materials in CycloneDX, as npm makes it of the lockfile, of what is in the bundle only. Without the time
 * and the serial number, which would make every build another one.
 */
export function sbom(folders: readonly string[]): string {
  const text = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  })
  const { serialNumber: _, ...bom } = JSON.parse(text) as Sbom
  const bundled = new Set(folders.map(packageAt).map(({ name, version }) => `${name}@${version}`))
  const components = bom.components.filter(({ name, version }) => bundled.has(`${name}@${version}`))
  const known = new Set(
    [packageJson.name, ...components].map((one) => (typeof one === 'string' ? one : one['bom-ref'])),
  )
  const runtime = {
    'bom-ref': `bun@${BUN_VERSION}`,
    type: 'application',
    name: 'bun',
    version: BUN_VERSION,
    purl: `pkg:npm/bun@${BUN_VERSION}`,
    licenses: [{ license: { id: 'MIT' } }],
  }
  const { timestamp: __, ...metadata } = bom.metadata
  return `${JSON.stringify(
    {
      ...bom,
      metadata: { ...metadata, component: { ...metadata.component, name: packageJson.name } },
      components: [...components, runtime],
      dependencies: bom.dependencies
        .filter(({ ref }) => known.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => known.has(one)) })),
    },
    null,
    2,
  )}\n`
}
