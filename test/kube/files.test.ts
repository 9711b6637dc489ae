import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { readFiles } from '../../src/kube/files/files.ts'
import type { FileOptions } from '../../src/kube/files/folder/options.ts'
import { RESOURCES } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { folderWith } from '../helpers/folder.ts'

const CLOCK = '2026-01-01T00:00:00Z'

async function* piped(...chunks: string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk)
}

const read = (paths: string | string[], options: Partial<FileOptions> = {}): Promise<Snapshot> =>
  readFiles([paths].flat(), { stdin: piped(), clock: CLOCK, ...options })

const readPiped = (...chunks: string[]): Promise<Snapshot> => read('-', { stdin: piped(...chunks) })

const names = (snapshot: Snapshot): string[] =>
  [
    ...RESOURCES.flatMap((resource): readonly KubeObject[] => snapshot.objects[resource]),
    ...snapshot.others,
  ].map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`)

/** What a server would send for a pod. */
const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: '2026-11-01T00:00:00Z' },
  spec: { containers: [{ name: 'app' }] },
  ...more,
})
const list = (items: readonly unknown[], kind = 'List', metadata: object = { resourceVersion: '' }) => ({
  apiVersion: 'v1',
  items,
  kind,
  metadata,
})
const manifest = (name: string, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  ...more,
})
const text = (value: unknown): string => JSON.stringify(value, undefined, 2)

test('a large recording on one line is read in linear time', async () => {
  const many = (count: number) =>
    JSON.stringify(
      list(Array.from({ length: count }, (_, index) => pod(`pod-${index}`, { note: 'x'.repeat(500) }))),
    )
  const seconds = async (count: number) => {
    const content = many(count)
    const started = performance.now()
    await readPiped(content)
    return (performance.now() - started) / 1000
  }
  await seconds(1000)
  // Ten times as much took a hundred times as long when each item looked for a line feed behind it.
  const [some, more] = [await seconds(2000), await seconds(20_000)]
  expect(more).toBeLessThan(Math.max(some * 40, 4))
})

describe('forms', () => {
  test.each([
    ['a List', text(list([pod('a'), pod('b')]))],
    [
      'a typed list whose items say no kind',
      text(list([{ ...pod('a'), kind: undefined }, pod('b')], 'PodList')),
    ],
    ['a List in a List', text(list([list([pod('a')]), list([pod('b')])]))],
    ['JSON documents one after the other', `${text(pod('a'))}\n${text(pod('b'))}`],
    ['JSON documents as a YAML stream', `${text(pod('a'))}\n---\n${text(pod('b'))}\n`],
    ['a byte order mark', `\ufeff${text(list([pod('a'), pod('b')]))}`],
  ])('%s', async (_, content) => {
    expect(names(await readPiped(content))).toEqual(['Pod/shop/a', 'Pod/shop/b'])
  })

  test('standard input arrives in pieces, cut within a character', async () => {
    const bytes = Buffer.from(text(manifest('web', { metadata: { name: 'web', labels: { a: 'ä' } } })))
    const cut = bytes.indexOf(0xc3) + 1
    const stdin = (async function* () {
      yield bytes.subarray(0, cut)
      yield bytes.subarray(cut)
    })()
    const { objects } = await read('-', { stdin })
    expect(objects.deployments[0]?.metadata.labels).toEqual({ a: 'ä' })
  })

  test('what Windows PowerShell writes with ">" is UTF-16', async () => {
    const file = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text(pod('a')), 'utf16le')])
    expect(names(await read(join(folderWith({ 'a.json': file }), 'a.json')))).toEqual(['Pod/shop/a'])
  })

  test('gzip, whatever the name says', async () => {
    const folder = folderWith({ 'a.json.gz': gzipSync(text(pod('a'))), 'b.json': gzipSync(text(pod('b'))) })
    expect(names(await read(folder))).toEqual(['Pod/shop/a', 'Pod/shop/b'])
  })

  test('an object with quotes, braces and escapes in its texts', async () => {
    const odd = 'a "}" \\" ]{[ \n"items":[ \\'
    const { objects } = await readPiped(text(list([pod('a', { status: { message: odd } }), pod('b')])))
    expect(objects.pods.map(({ status }) => status?.message)).toEqual([odd, undefined])
  })

  test('YAML as kubectl reads it: octal modes, yes, text times, merged keys', async () => {
    const { objects } = await readPiped(`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  creationTimestamp: 2026-11-01T00:00:00Z
spec:
  template:
    spec:
      hostNetwork: yes
      terminationGracePeriodSeconds: 2e1
      containers:
      - &base {name: app, image: x, command: [sleep, 1:30, e1, .]}
      - {<<: *base, name: two}
      volumes:
      - {name: v, secret: {secretName: s, defaultMode: 0444}}
`)
    const { metadata, spec } = objects.deployments[0] ?? {}
    expect(metadata?.creationTimestamp).toBe('2026-11-01T00:00:00Z')
    expect(spec?.template.spec).toMatchObject({
      hostNetwork: true,
      terminationGracePeriodSeconds: 20,
      containers: [
        { name: 'app', command: ['sleep', '1:30', 'e1', '.'] },
        { name: 'two', image: 'x' },
      ],
      volumes: [{ secret: { defaultMode: 0o444 } }],
    })
  })

  test('a long List in YAML, as kubectl prints it: every item, and the line of a manifest', async () => {
    const item = (index: number) => `- apiVersion: v1
  kind: Service
  metadata:
    annotations:
      note: |
        - not an item
        kind: neither
    name: s${index}
`
    const count = 4000
    const items = Array.from({ length: count }, (_, index) => item(index)).join('')
    const { objects, origins } = await readPiped(
      `---\napiVersion: v1\nitems:\n${items}kind: List\nmetadata: {}\n`,
    )
    expect(objects.services).toHaveLength(count)
    expect(objects.services.find(({ metadata }) => metadata.name === 's7')?.metadata.annotations).toEqual({
      note: '- not an item\nkind: neither\n',
    })
    expect(origins['Service/default/s7']).toBe('stdin:60')
  })

  test('a long List in YAML with an alias from one item to another, or with a mistake', async () => {
    const padding = `# ${'x'.repeat(100)}\n`.repeat(4000)
    const listed = (second: string) =>
      `apiVersion: v1\nkind: List\nitems:\n- &first\n  apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n${padding}${second}`
    expect(names(await readPiped(listed('- {<<: *first, metadata: {name: b}}\n')))).toEqual([
      'Service/default/a',
      'Service/default/b',
    ])
    await expect(readPiped(listed('- kind: [\n'))).rejects.toThrow(/^stdin:400[89]: /)
  })

  test('a chart from a pipe: comments, empty documents, nulls, private objects, hooks', async () => {
    const snapshot = await readPiped(`---
# Source: chart/templates/empty.yaml
---
# Source: chart/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {password: aHVudGVyMg==}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {key: hunter2}
---
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
spec: {selector: {app: web}, ports: [{port: 80}], externalIPs: null}
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: migrate-}
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: migrate-}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
`)
    expect(names(snapshot)).toEqual([
      'Job/default/migrate-',
      'Job/default/migrate-2',
      'Service/default/web',
      'Widget//w',
    ])
    expect(snapshot.objects.services[0]?.metadata).toEqual({ name: 'web', namespace: 'default' })
    expect(JSON.stringify(snapshot)).not.toMatch(/hunter2|aHVudGVyMg/)
  })

  test('private objects are dropped from typed lists and inside of Lists', async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', uid: '1' },
      data: { a: 'hunter2' },
    }
    const snapshot = await readPiped(text(list([secret, pod('a')])), text(list([secret], 'SecretList')))
    expect(names(snapshot)).toEqual(['Pod/shop/a'])
  })

  test('an object that comes twice counts once, as it was last', async () => {
    const folder = folderWith({
      '1.json': list([pod('a', { status: { phase: 'Pending' } })]),
      '2.json': list([pod('a', { status: { phase: 'Running' } })]),
    })
    const { objects } = await read(folder)
    expect(objects.pods.map(({ status }) => status?.phase)).toEqual(['Running'])
  })

  test('managed fields are dropped, as kubectl get drops them, and nulls; nothing else changes', async () => {
    const sent = pod('a', { status: { phase: 'Running' } })
    const managed = {
      ...sent,
      status: { phase: 'Running', hostIPs: null },
      metadata: { ...sent.metadata, managedFields: [{ time: '2030-01-01T00:00:00Z' }] },
    }
    const { objects, now } = await readPiped(text(managed))
    expect(objects.pods[0]).toEqual(sent)
    expect(now).toBe('2026-11-01T00:00:00Z')
  })
})

describe('folders', () => {
  const files = {
    'b.yaml': text(manifest('b')),
    'a.json': manifest('a'),
    'notes.txt': 'not an object',
    'kustomization.yaml': 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n',
    'more/c.yml': text(manifest('c')),
  }

  test('the files kubectl would take', async () => {
    expect(names(await read(folderWith(files)))).toEqual(['Deployment/default/a', 'Deployment/default/b'])
  })

  test('subfolders with -R', async () => {
    expect(names(await read(folderWith(files), { recursive: true }))).toContain('Deployment/default/c')
  })

  test('a folder without any', async () => {
    const folder = folderWith({ 'more/a.json': pod('a') })
    await expect(read(folder)).rejects.toMatchObject({
      message: `the folder ${folder} holds no .json, .yaml or .yml file`,
      hint: expect.stringContaining('-R'),
    })
  })

  test('a recording: its snapshot and the logs beside it, nothing else', async () => {
    const folder = folderWith({
      'snapshot.json': list([
        pod('web.1'),
        pod('web', { spec: { containers: [{ name: 'app' }, { name: 'previous' }] } }),
      ]),
      'label.json': { cause: 'x' },
      'logs/web.1.app.log': 'dotted',
      'logs/web.app.previous.log': 'before',
      'logs/web.previous.log': 'called previous',
      'logs/gone.app.log': 'of a pod that is not there',
      'logs/attic/gone.app.log': 'of a namespace that is known',
    })
    const { logs } = await read(folder)
    expect(logs).toEqual([
      {
        namespace: 'attic',
        pod: 'gone',
        container: 'app',
        previous: false,
        text: 'of a namespace that is known',
      },
      { namespace: 'shop', pod: 'web', container: 'app', previous: true, text: 'before' },
      { namespace: 'shop', pod: 'web', container: 'previous', previous: false, text: 'called previous' },
      { namespace: 'shop', pod: 'web.1', container: 'app', previous: false, text: 'dotted' },
    ])
    expect((await read(join(folder, 'snapshot.json'))).logs).toEqual(logs)
  })

  test('a log whose pod name exists in two namespaces is not given to either', async () => {
    const twin = pod('a')
    const folder = folderWith({
      'snapshot.json': list([twin, { ...twin, metadata: { ...twin.metadata, namespace: 'other' } }]),
      'logs/a.app.log': 'whose?',
    })
    expect((await read(folder)).logs).toEqual([])
  })
})

describe('kubectl cluster-info dump', () => {
  const unkinded = { metadata: pod('web').metadata, spec: pod('web').spec }
  const podList = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items: [unkinded] }
  // Go prints an empty list of a dump so.
  const serviceList = { kind: 'ServiceList', apiVersion: 'v1', metadata: {}, items: null }
  const logs = [
    '==== START logs for container app of pod shop/web ====',
    'apiVersion: not yaml {',
    'no newline at the end==== END logs for container app of pod shop/web ====',
    '==== START logs for container two of pod shop/web ====',
    'Request log error: container is waiting to start',
    '==== END logs for container two of pod shop/web ====',
  ].join('\n')
  const expected = [
    {
      namespace: 'shop',
      pod: 'web',
      container: 'app',
      previous: false,
      text: 'apiVersion: not yaml {\nno newline at the end',
    },
  ]

  test('as it stands on standard output', async () => {
    const snapshot = await readPiped(`${text(podList)}\n${logs}\n`, text(serviceList))
    expect(names(snapshot)).toEqual(['Pod/shop/web'])
    expect(snapshot.objects.pods[0]).toMatchObject({ apiVersion: 'v1', kind: 'Pod' })
    expect(snapshot.logs).toEqual(expected)
  })

  test('as a folder', async () => {
    const folder = folderWith({
      'nodes.json': { kind: 'NodeList', apiVersion: 'v1', items: [] },
      'shop/pods.json': podList,
      'shop/services.json': serviceList,
      'shop/web/logs.txt': logs,
    })
    const snapshot = await read(folder)
    expect(names(snapshot)).toEqual(['Pod/shop/web'])
    expect(snapshot.logs).toEqual(expected)
    expect(snapshot.gaps.map(({ resource }) => resource)).toEqual(
      RESOURCES.filter((resource) => !['nodes', 'pods', 'services'].includes(resource)),
    )
  })

  test('an error in the middle of a dump has its line in the whole text', async () => {
    await expect(readPiped(`${text(podList)}\n${logs}\n{"a": 1,\n}`)).rejects.toMatchObject({
      message: `stdin:${text(podList).split('\n').length + 8}: expected a key in double quotes, found "}"`,
    })
  })
})

describe('gaps', () => {
  test('what an input from a server does not hold was not recorded', async () => {
    const { gaps } = await readPiped(text(list([pod('a')])))
    expect(gaps).toHaveLength(RESOURCES.length - 1)
    expect(gaps[0]).toEqual({
      resource: 'cronjobs',
      reason: 'NotRecorded',
      message: 'cronjobs were not recorded',
    })
  })

  test('an empty typed list was recorded, an empty List says nothing', async () => {
    const events = list([], 'EventList')
    expect((await readPiped(text(events))).gaps.map(({ resource }) => resource)).not.toContain('events')
    expect((await readPiped(text(list([])))).gaps).toHaveLength(RESOURCES.length)
  })

  test('manifests are complete by themselves', async () => {
    expect((await readPiped(text(manifest('web')))).gaps).toEqual([])
  })

  test('a recording says what it asked for, and what it was refused', async () => {
    const refused = { resource: 'nodes', reason: 'Forbidden', message: 'nodes is forbidden' }
    const annotations = {
      'rollout-safety/kinds': RESOURCES.filter((resource) => resource !== 'csinodes').join(','),
      'rollout-safety/gaps': JSON.stringify([refused, { resource: 'nonsense' }, null]),
    }
    const { gaps } = await readPiped(text(list([pod('a')], 'List', { annotations })))
    expect(gaps.map(({ resource, reason }) => [resource, reason])).toEqual([
      ['csinodes', 'NotRecorded'],
      ['nodes', 'Forbidden'],
    ])
  })
})

describe('now', () => {
  const recorded = list([pod('a')], 'List', {
    annotations: { 'rollout-safety/taken-at': '2026-11-05T00:00:00Z' },
  })

  test.each([
    ['--now', { now: '2026-12-01T00:00:00Z' }, recorded, '2026-12-01T00:00:00Z', 'flag'],
    ['the recording', {}, recorded, '2026-11-05T00:00:00Z', 'recording'],
    [
      'the newest of the times of creation and status, not that of deletion',
      {},
      pod('a', {
        metadata: { ...pod('a').metadata, deletionTimestamp: '2026-11-09T00:00:00Z' },
        status: { conditions: [{ lastTransitionTime: '2026-11-03T00:00:00Z' }, { lastProbeTime: null }] },
      }),
      '2026-11-03T00:00:00Z',
      'newest timestamp',
    ],
    [
      'events, also in the newer form',
      {},
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'e', namespace: 'shop', uid: 'e', creationTimestamp: '2026-11-01T00:00:00Z' },
        eventTime: '2026-11-02T00:00:00.000001Z',
        series: { lastObservedTime: '2026-11-04T00:00:00.5Z' },
      },
      '2026-11-04T00:00:00.5Z',
      'newest timestamp',
    ],
    ['the clock, for manifests', {}, manifest('web'), CLOCK, 'clock'],
  ])('is %s', async (_, options, content, now, nowFrom) => {
    expect(await read('-', { ...options, stdin: piped(text(content)) })).toMatchObject({ now, nowFrom })
  })
})

describe('manifests', () => {
  test('know where they stand, in JSON and YAML, alone and in Lists', async () => {
    const folder = folderWith({
      'a.yaml': `# a comment\n---\n${text(manifest('one'))}\n---\nkind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: two}\n`,
      'b.json': `${text(list([manifest('three')], 'List', {}))}\n${JSON.stringify(manifest('four'))}`,
    })
    const { origins } = await read([folder, '-'], {
      namespace: 'shop',
      stdin: piped('\n\n', text({ ...manifest('five'), metadata: { name: 'five', namespace: 'own' } })),
    })
    expect(origins).toEqual({
      'Deployment/shop/one': `${folder}/a.yaml:3`,
      'Service/shop/two': `${folder}/a.yaml:14`,
      'Deployment/shop/three': `${folder}/b.json:4`,
      'Deployment/shop/four': `${folder}/b.json:15`,
      'Deployment/own/five': 'stdin:3',
    })
  })

  test('have the scope of their kind, and no origin once the object itself is there', async () => {
    const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v', namespace: 'odd' } }
    const web = { ...manifest('web'), metadata: { name: 'web', namespace: 'shop', uid: '1' } }
    const { objects, origins } = await readPiped(
      text(volume),
      text({ ...manifest('web'), metadata: { name: 'web', namespace: 'shop' } }),
      text(web),
    )
    expect(objects.persistentvolumes[0]?.metadata.namespace).toBeUndefined()
    expect(objects.deployments).toEqual([web])
    expect(Object.keys(origins)).toEqual(['PersistentVolume//v'])
  })

  test('get the defaults of the API, recordings do not', async () => {
    const bare = {
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'app' }] } } },
    }
    const recorded = { ...bare, metadata: { ...bare.metadata, namespace: 'shop', uid: '1' } }
    const { objects } = await readPiped(
      text({ ...manifest('web'), ...bare }),
      text({ ...manifest('web'), ...recorded }),
    )
    expect(objects.deployments.map(({ spec }) => spec?.replicas)).toEqual([1, undefined])
  })
})

describe('input that is no input', () => {
  test.each([
    ['broken JSON', 'a.json', '{\n "kind": "Pod",\n "a": [1 2]\n}', ':3: expected "," or "]", found "2"'],
    [
      'cut off JSON',
      'a.json',
      '{\n "items": [\n  {"kind": ',
      ':3: expected a value, found the end of the text',
    ],
    ['JSON and more', 'a.json', '{}\n}', ':1: the object has no apiVersion'],
    [
      'a broken item',
      'a.json',
      '{"kind":"List","apiVersion":"v1","items": [\n{"a": nul}]}',
      ':2: expected a value, found "n"',
    ],
    ['a list of anything', 'a.json', '\n[1]', ':2: expected a Kubernetes object, found a list'],
    ['broken YAML', 'a.yaml', 'a: 1\nb: [c\nd: 2\n', /:[23]: .*flow/i],
    [
      'a template that was not rendered',
      'a.yaml',
      'kind: Pod\n{{- if .Values.on }}\nname: web\n{{- end }}\n',
      /:[23]: /,
    ],
    ['text', 'a.yaml', 'hello', ':1: expected a Kubernetes object, found "hello"'],
    ['no kind', 'values.yaml', '# values\nreplicas: 1\n', ':2: the object has no apiVersion'],
    ['no name', 'a.yaml', '---\nkind: Pod\napiVersion: v1\n', ':2: the Pod has no metadata.name'],
    [
      'an item that is none',
      'a.yaml',
      'kind: List\napiVersion: v1\nitems:\n- 1\n',
      ':4: expected a Kubernetes object',
    ],
    [
      'an error that was piped',
      'a.json',
      '{"kind":"Status","apiVersion":"v1","message":"no"}',
      ':1: it is an error of the API server: no',
    ],
    ['an image', 'a.yaml', Buffer.from([0x89, 0x50, 0x4e, 0x47]), ' is not text'],
    ['half a gzip', 'a.gz', gzipSync('{"kind":"Pod"}').subarray(0, 20), ' is not a whole gzip file'],
  ])('%s', async (_, name, content, message) => {
    const path = join(folderWith({ [name]: content }), name)
    const rejection = expect(read(path)).rejects
    await rejection.toMatchObject({ name: 'UserError', message: expect.stringMatching(/^[^\n]*$/) })
    await expect(read(path)).rejects.toThrow(message instanceof RegExp ? message : `${path}${message}`)
  })

  const podWith = (spec: unknown, more: object = {}) => ({ ...pod('a'), spec, ...more })
  test.each([
    [podWith('x'), 'spec must be an object'],
    [podWith({ containers: { name: 'app' } }), 'spec.containers must be a list'],
    [podWith({ containers: ['app'] }), 'spec.containers[0] must be an object'],
    [podWith({ containers: [{ name: 8080 }] }), 'spec.containers[0].name must be text'],
    [
      podWith({ containers: [{ name: 'app', livenessProbe: { exec: { command: 'cat /x' } } }] }),
      'spec.containers[0].livenessProbe.exec.command must be a list',
    ],
    [
      podWith({ initContainers: [{ name: 'app', startupProbe: { periodSeconds: '5' } }] }),
      'spec.initContainers[0].startupProbe.periodSeconds must be a number',
    ],
    [
      podWith({ containers: [] }, { status: { containerStatuses: {} } }),
      'status.containerStatuses must be a list',
    ],
    [podWith({}), 'spec.containers is missing'],
  ])('an object of a wrong form: %j', async (object, problem) => {
    await expect(readPiped(text(object))).rejects.toMatchObject({
      name: 'UserError',
      message: `stdin:1: Pod a: ${problem}`,
    })
  })

  test('a template of a wrong form', async () => {
    const template = { spec: { template: { spec: { containers: { app: {} } } } } }
    await expect(readPiped(text(manifest('web', template)))).rejects.toThrow(
      'stdin:1: Deployment web: spec.template.spec.containers must be a list',
    )
  })

  test('nothing at all', async () => {
    await expect(readPiped('')).rejects.toMatchObject({ message: 'no objects found in stdin' })
    await expect(readPiped('apiVersion: example.com/v1\nkind: Settings\n')).rejects.toThrow(
      /^no objects found/,
    )
    await expect(readPiped('---\n# only a comment\n')).rejects.toMatchObject({ name: 'UserError' })
  })

  test('a path that does not exist, in the words of kubectl', async () => {
    await expect(read('nowhere.yaml')).rejects.toMatchObject({
      message: 'the path "nowhere.yaml" does not exist',
    })
  })

  test('a bomb of YAML aliases', async () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]']
    for (let n = 1; n < 9; n++) lines.push(`a${n}: &a${n} [${`*a${n - 1},`.repeat(9)}]`)
    await expect(readPiped(lines.join('\n'))).rejects.toMatchObject({ name: 'UserError' })
  })
})

test('the order of the inputs changes nothing', async () => {
  const files = { 'a.json': list([pod('a'), pod('c')]), 'b.json': list([pod('b')]), 'c.json': pod('d') }
  const folder = folderWith(files)
  const paths = Object.keys(files).map((name) => join(folder, name))
  const { source: _, ...forwards } = await read(paths)
  const { source: __, ...backwards } = await read(paths.toReversed())
  expect(backwards).toEqual(forwards)
})
