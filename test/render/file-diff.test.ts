import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import { applyPatch, parsePatch } from 'diff'
import { manifestEditor } from '../../src/kube/files/edit/manifest-editor.ts'
import { readFiles } from '../../src/kube/files/files.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { ruleSettings } from '../../src/probes/configuration.ts'
import { fileDiffText } from '../../src/render/formats/file-diff.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { EVERYTHING, NOW } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'

const container = (name: string, probe: string) => `        - name: ${name}
          image: ${name}:1
          ports: [{ name: http, containerPort: 8080 }] # one
          readinessProbe:
            # Asked every second.
            httpGet: ${probe}
`
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
spec:
  selector: { matchLabels: { app: NAME } }
  template:
    metadata: { labels: { app: NAME } }
    spec:
      containers:
`
const web =
  DEPLOYMENT.replaceAll('NAME', 'web') +
  container('a', '{ path: /, port: htpp }') +
  container('b', '{ path: /, port: htp }')
const api =
  DEPLOYMENT.replaceAll('NAME', 'api') + container('c', '\n              path: /\n              port: htttp')

async function checked(folder: string, rules: readonly string[] = []) {
  const snapshot = await readFiles([folder], { stdin: Readable.from([]), clock: NOW, tolerant: true })
  const { findings } = probeCheck(indexCluster(snapshot), { ...EVERYTHING, rules: ruleSettings(rules) })
  return { findings, origins: snapshot.origins }
}

test('--diff of manifests applies to their files, all of it at once, and mends what it says', async () => {
  const folder = folderWith({ 'all.yaml': `# Two of them.\n${web}---\n${api}` })
  const file = join(folder, 'all.yaml')
  const { findings, origins } = await checked(folder)
  const undeclared = findings.filter(({ code }) => code === 'probe-port-name-undeclared')
  expect(undeclared).toHaveLength(3)
  const text = fileDiffText(findings, { style: PLAIN, origins, editor: manifestEditor() })
  const patches = parsePatch(text)
  expect(patches.map(({ oldFileName, newFileName }) => [oldFileName, newFileName])).toEqual([[file, file]])
  const before = readFileSync(file, 'utf8')
  const after = applyPatch(before, patches[0] as never)
  expect(after).toBe(before.replaceAll(/port: ht+p+/g, 'port: http'))
  const mended = await checked(folderWith({ 'all.yaml': `${after}` }))
  expect(mended.findings.filter(({ code }) => code === 'probe-port-name-undeclared')).toEqual([])
})

test('a file that is not YAML stays as it is, and that is said', async () => {
  const object = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'rc' },
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: 'a',
              image: 'a:1',
              ports: [{ name: 'http', containerPort: 80 }],
              livenessProbe: { tcpSocket: { port: 'htpp' } },
            },
          ],
        },
      },
    },
  }
  const { findings, origins } = await checked(folderWith({ 'rc.json': object }))
  const text = fileDiffText(findings, { style: PLAIN, origins, editor: manifestEditor() })
  expect(text).toMatch(/\(left out: the text at .*rc\.json:1 can't be changed line by line\)/)
  expect(text).toContain('No fix changes a file')
})

test('what a person should decide on is a comment, which patch passes over', async () => {
  const folder = folderWith({ 'web.yaml': web })
  const { findings, origins } = await checked(folder, ['probe-port-name-undeclared=info'])
  const text = fileDiffText(findings, { style: PLAIN, origins, editor: manifestEditor() })
  expect(text).toMatch(/^# Info: .* \(left out: a remark, nothing is broken\)$/m)
  expect(text).not.toMatch(/^(---|\+\+\+)/m)
})
