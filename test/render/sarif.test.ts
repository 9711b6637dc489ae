import { join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readFiles } from '../../src/kube/files/files.ts'
import { sourceLocations } from '../../src/kube/files/source-locations.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { probeSarif } from '../../src/render/formats/sarif.ts'
import { EVERYTHING } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly {
    readonly physicalLocation?: {
      readonly artifactLocation: { readonly uri: string }
      readonly region: { readonly startLine: number }
    }
    readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[]
  }[]
  readonly partialFingerprints: Readonly<Record<string, string>>
}
interface Log {
  readonly version: string
  readonly $schema: string
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] }
    }
    readonly results: readonly Result[]
  }[]
}

const TOOL = { name: 'kubectl probe-check', version: '1.2.3', uri: 'https://example.com/tool' }
const MANIFEST = `# two objects
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: registry.example/app:1
        readinessProbe:
          httpGet: {port: "[http](https://evil.example)"}
`

async function sarifOf(path: string, before = ''): Promise<Log> {
  const snapshot = await readFiles([path], {
    recursive: false,
    stdin: input(before + MANIFEST),
    clock: CLOCK,
  })
  const cluster = indexCluster(snapshot)
  const report = probeCheck(cluster, EVERYTHING)
  return JSON.parse(
    JSON.stringify(
      probeSarif(report, { tool: TOOL, origins: snapshot.origins, sourceLocation: sourceLocations() }),
    ),
  )
}

const CLOCK = '2026-11-21T12:00:00Z'
async function* input(text: string) {
  yield text
}

describe('SARIF', () => {
  test('has what the schema of 2.1.0 requires', async () => {
    const log = await sarifOf(join(folderWith({ 'web.yaml': MANIFEST }), 'web.yaml'))
    const [run] = log.runs
    expect(log).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-2.1.0') })
    expect(run?.tool.driver).toMatchObject({ name: TOOL.name, informationUri: TOOL.uri })
    expect(run?.results.length).toBeGreaterThan(0)
    const ids = run?.tool.driver.rules.map(({ id }) => id) ?? []
    expect(new Set(ids).size).toBe(ids.length)
    for (const { ruleId, ruleIndex, level, message } of run?.results ?? []) {
      expect(ids[ruleIndex]).toBe(ruleId)
      expect(['note', 'warning', 'error']).toContain(level)
      expect(message.text).not.toBe('')
    }
  })

  /** The lines that a rule's results point at. */
  const linesOf = async (path: string, rule: string) =>
    (await sarifOf(path)).runs[0]?.results
      .filter(({ ruleId }) => ruleId === rule)
      .map(({ locations }) => locations[0]?.physicalLocation?.region.startLine)
      .sort()

  test('points at the file by a path relative to where the command runs', async () => {
    const path = join(folderWith({ 'my app.yaml': MANIFEST }), 'my app.yaml')
    for (const { locations } of (await sarifOf(relative('.', path))).runs[0]?.results ?? [])
      expect(locations[0]?.physicalLocation?.artifactLocation).toEqual({
        uri: relative('.', path).replace('my app', 'my%20app'),
      })
  })

  test('points at the field in the manifest, or at the one that it would stand in', async () => {
    const folder = folderWith({
      'web.yaml': MANIFEST,
      'two.yml': `${MANIFEST}---\n${MANIFEST.replace('name: web', 'name: api')}`,
      'list.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${MANIFEST.replace(/^#.*\n/, '').replaceAll('\n', '\n  ')}\n`,
      'bare.yaml': MANIFEST.replace(/ +readinessProbe:[\s\S]*/, '').replace('spec:', 'spec:\n  replicas: 2'),
      'web.json': JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: { template: { spec: { containers: [{ name: 'app', image: 'app' }] } } },
      }),
    })
    const rule = 'probe-port-name-undeclared'
    expect(await linesOf(join(folder, 'web.yaml'), rule)).toEqual([14])
    expect(await linesOf(join(folder, 'two.yml'), rule)).toEqual([14, 29])
    expect(await linesOf(join(folder, 'list.yaml'), rule)).toEqual([16])
    expect(await linesOf(join(folder, 'web.json'), 'image-latest')).toEqual([1])
    expect(await linesOf(join(folder, 'bare.yaml'), 'rollout-unchecked')).toEqual([5])
  })

  test('has only the name of the object where there is no file', async () => {
    const [first] = (await sarifOf('-')).runs[0]?.results ?? []
    expect(first?.locations[0]?.physicalLocation).toBeUndefined()
    expect(first?.locations[0]?.logicalLocations[0]?.fullyQualifiedName).toMatch('shop/Deployment/web')
  })

  test('knows a result again when its line has moved', async () => {
    const fingerprints = async (before: string) =>
      (await sarifOf('-', before)).runs[0]?.results.map(({ partialFingerprints }) => partialFingerprints)
    expect(await fingerprints('# moved\n\n')).toEqual(await fingerprints(''))
    expect(new Set((await fingerprints(''))?.map((one) => JSON.stringify(one))).size).toBeGreaterThan(1)
  })

  test('makes no link of what a manifest says', async () => {
    const texts = (await sarifOf('-')).runs[0]?.results.map(({ message }) => message.text) ?? []
    expect(texts.some((text) => text.includes('\\[http\\]'))).toBe(true)
    expect(texts.filter((text) => /(?<!\\)\[/.test(text))).toEqual([])
  })
})
