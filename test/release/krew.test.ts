import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import {
  archiveName,
  executableName,
  type Manifest,
  manifests,
  manifestText,
  PAPERS,
} from '../../scripts/release/krew.ts'
import { TARGETS } from '../../scripts/release/targets.ts'
import { COMMANDS } from '../../src/commands/index.ts'

const SUM = 'ab'.repeat(32)
const template = parse(readFileSync(join(import.meta.dirname, '..', '..', 'plugin.yaml'), 'utf8')) as Manifest
// As krew reads them: out of YAML.
const all = manifests(() => SUM).map((manifest) => parse(manifestText(manifest)) as Manifest)

describe('the krew manifests', () => {
  test('are one for each plugin', () => {
    expect(all.map(({ metadata }) => metadata.name)).toEqual(Object.keys(COMMANDS))
  })

  // https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/ and its naming guide; internal/index/validation.
  test.each([...all, template])(
    '$metadata.name keeps the rules of krew',
    ({ apiVersion, kind, metadata, spec }) => {
      expect(apiVersion).toBe('krew.googlecontainertools.github.com/v1alpha2')
      expect(kind).toBe('Plugin')
      expect(metadata.name).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(metadata.name).not.toMatch(/^kube/)
      expect(spec.version).toBe(`v${packageJson.version}`)
      expect(spec.shortDescription.length).toBeLessThanOrEqual(50)
      expect(spec.shortDescription).not.toMatch(/[\n.]/)
      for (const line of `${spec.description}${spec.caveats}`.split('\n'))
        expect(line.length).toBeLessThanOrEqual(100)
      expect(spec.homepage).toMatch(/^https:\/\//)
      for (const { sha256, bin, files, uri } of spec.platforms) {
        expect(sha256).toMatch(/^[0-9a-f]{64}$/)
        expect(uri).toContain(`/v${packageJson.version}/`)
        expect(bin).toMatch(/^kubectl-[a-z_]+(\.exe)?$/)
        expect(files.map(({ to }) => to)).not.toContain('')
      }
    },
  )

  test.each(all)('$metadata.name is there for six platforms, each once', ({ spec }) => {
    expect(
      spec.platforms.map(({ selector: { matchLabels } }) => `${matchLabels.os}/${matchLabels.arch}`),
    ).toEqual([
      'linux/amd64',
      'linux/arm64',
      'darwin/amd64',
      'darwin/arm64',
      'windows/amd64',
      'windows/arm64',
    ])
  })

  test.each(all)(
    '$metadata.name installs what its archive holds: the program by its own name, and the licence',
    ({ metadata, spec }) => {
      for (const [index, { bin, files, uri }] of spec.platforms.entries()) {
        const target = TARGETS[index] as (typeof TARGETS)[number]
        expect(uri.endsWith(`/${archiveName(target)}`)).toBe(true)
        expect(bin).toBe(
          `kubectl-${metadata.name.replaceAll('-', '_')}${target.os === 'windows' ? '.exe' : ''}`,
        )
        expect(files).toContainEqual({ from: executableName(target), to: bin })
        for (const { from } of files) expect([executableName(target), ...PAPERS]).toContain(from)
        expect(files).toContainEqual({ from: 'LICENSE', to: '.' })
      }
    },
  )

  test('plugin.yaml is the manifest of probe-check, but for the checksums', () => {
    const [probeCheck] = all
    const blank = (manifest: Manifest | undefined) => ({
      ...manifest,
      spec: { ...manifest?.spec, platforms: manifest?.spec.platforms.map((one) => ({ ...one, sha256: '' })) },
    })
    expect(blank(template)).toEqual(blank(probeCheck))
  })
})
