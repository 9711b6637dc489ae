import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { readFiles } from '../../src/kube/files/files.ts'
import { notRecorded } from '../../src/kube/recording/recording.ts'
import { redact } from '../../src/kube/recording/redact.ts'
import { saveSnapshot } from '../../src/kube/recording/save.ts'
import { RESOURCES } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { noObjects, type Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { replayOf } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'

async function* nothing() {}
const read = (path: string) => readFiles([path], { stdin: nothing(), clock: '2026-01-01T00:00:00Z' })

const pod = (name: string, namespace: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, uid: `${namespace}-${name}` },
  spec: { containers: [{ name: 'app' }] },
  ...more,
})

/** As a live read leaves it. */
const live = (objects: object, more: Partial<Snapshot> = {}): Snapshot => ({
  now: '2026-11-21T02:30:00Z',
  nowFrom: 'clock',
  source: { type: 'Cluster', name: 'production' },
  serverVersion: 'v1.36.3',
  objects: { ...noObjects(), ...objects },
  others: [],
  logs: [],
  gaps: [],
  origins: {},
  ...more,
})

describe('a recording', () => {
  const log = (namespace: string, name: string, more: object = {}) => ({
    namespace,
    pod: name,
    container: 'app',
    previous: false,
    text: `${namespace}/${name}\n`,
    ...more,
  })
  const snapshot = live(
    { pods: [pod('twin', 'a'), pod('twin', 'b'), pod('web.1', 'shop')], nodes: [] },
    {
      logs: [
        log('a', 'twin'),
        log('b', 'twin'),
        log('gone', 'gone'),
        log('shop', 'web.1'),
        log('shop', 'web.1', { previous: true, text: 'before\nwithout a newline at the end' }),
      ],
      gaps: [
        { resource: 'csinodes', reason: 'NotRecorded', message: 'csinodes were not recorded' },
        { resource: 'events', namespace: 'shop', reason: 'Forbidden', message: 'events is forbidden: "x"' },
        { resource: 'pods/exec', namespace: 'a', reason: 'Forbidden', message: 'no commands for you' },
        { resource: 'pods/log', namespace: 'a', reason: 'Forbidden', message: 'no logs for you' },
      ],
      replays: [
        replayOf([{ output: 'a "body"\n', port: 'answered' }]),
        replayOf([], { stopped: 'no commands for you' }),
      ],
    },
  )

  test('reads back as an equal snapshot', async () => {
    const folder = join(folderWith(), 'new', 'folder')
    saveSnapshot(folder, snapshot)
    expect(await read(folder)).toEqual({ ...snapshot, nowFrom: 'recording' })
    expect(await read(join(folder, 'snapshot.json'))).toEqual({ ...snapshot, nowFrom: 'recording' })
  })

  test('may be compressed afterwards', async () => {
    const folder = folderWith()
    saveSnapshot(folder, snapshot)
    const zipped = folderWith({ 'snapshot.json.gz': gzipSync(readFileSync(join(folder, 'snapshot.json'))) })
    expect((await read(zipped)).objects).toEqual(snapshot.objects)
  })

  test('of nothing is still a recording', async () => {
    const empty = live({}, { gaps: RESOURCES.filter((resource) => resource !== 'pods').map(notRecorded) })
    const folder = folderWith()
    saveSnapshot(folder, empty)
    expect(await read(folder)).toEqual({ ...empty, nowFrom: 'recording' })
  })

  test('replaces an earlier one, logs included', async () => {
    const folder = folderWith()
    saveSnapshot(folder, snapshot)
    saveSnapshot(folder, live({ pods: [pod('web.1', 'shop')] }))
    expect(readdirSync(folder)).toEqual(['snapshot.json'])
    expect((await read(folder)).objects.pods).toHaveLength(1)
  })

  test.each([
    ['other files', { 'notes.txt': 'mine' }],
    ['a List of somebody else', { 'snapshot.json': { apiVersion: 'v1', kind: 'List', items: [] } }],
    ['logs alone', { 'logs/web.app.log': 'mine' }],
  ])('never replaces %s', (_, files) => {
    const folder = folderWith(files)
    expect(() => saveSnapshot(folder, snapshot)).toThrow(/is not empty and is not a recording of ours/)
    for (const [name, content] of Object.entries(files))
      expect(readFileSync(join(folder, name), 'utf8')).toBe(
        typeof content === 'string' ? content : JSON.stringify(content),
      )
  })

  test('a path that is a file', () => {
    const folder = folderWith({ taken: 'x' })
    expect(() => saveSnapshot(join(folder, 'taken'), snapshot)).toThrow(/taken/)
  })

  test('never leaves its folder, whatever pods are called', () => {
    const folder = folderWith()
    saveSnapshot(join(folder, 'out'), live({}, { logs: [log('../..', '../../escaped')] }))
    expect(existsSync(join(folder, 'escaped.app.log'))).toBe(false)
    expect(readdirSync(folder)).toEqual(['out'])
  })
})

describe('environment values', () => {
  const env = [
    { name: 'PASSWORD', value: 'hunter2' },
    { name: 'EMPTY', value: '' },
    { name: 'FROM', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
  ]
  const spec = {
    containers: [{ name: 'app', env }],
    initContainers: [{ name: 'init', env }],
    ephemeralContainers: [{ name: 'debug', env }],
  }
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': '{"value":"hunter2"}',
    kept: 'yes',
  }
  const template = { metadata: { annotations }, spec }
  const holders: Record<string, object[]> = {
    pods: [{ ...pod('a', 'shop'), metadata: { name: 'a', namespace: 'shop', uid: '1', annotations }, spec }],
    deployments: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'b' }, spec: { template } }],
    cronjobs: [
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'c' },
        spec: { jobTemplate: { spec: { template } } },
      },
    ],
  }
  const others = [
    { apiVersion: 'example.com/v1', kind: 'App', metadata: { name: 'd' }, spec: { env: { A: 'hunter2' } } },
    {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'e' },
      data: { spec: { template } },
    },
  ] as unknown as KubeObject[]

  test('are in no file of a recording', () => {
    const folder = folderWith()
    saveSnapshot(folder, live(holders, { others }))
    const written = readFileSync(join(folder, 'snapshot.json'), 'utf8')
    expect(written).not.toContain('hunter2')
    expect(written).toContain('"kept":"yes"')
  })

  test('become a marker where there was one; references and the rest stay', () => {
    const { objects } = redact(live(holders))
    expect(objects.pods[0]?.metadata.annotations).toEqual({ kept: 'yes' })
    expect(objects.pods[0]?.spec?.containers[0]?.env).toEqual([
      { name: 'PASSWORD', value: 'REDACTED' },
      { name: 'EMPTY', value: '' },
      env[2],
    ])
  })

  test('redacting twice is redacting once, and objects without values stay the same objects', () => {
    const once = redact(live({ ...holders, pods: [pod('plain', 'shop')] }, { others }))
    expect(redact(once)).toEqual(once)
    const plain = pod('plain', 'shop')
    expect(redact(live({ pods: [plain] })).objects.pods[0]).toBe(plain)
  })
})

describe('nobody else can read a recording', () => {
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
  const log = { namespace: 'shop', pod: 'web', container: 'app', previous: false, text: 'a\n' }
  const snapshot = live({ pods: [pod('web', 'shop'), pod('web', 'other')] }, { logs: [log] })
  const modes = (folder: string) =>
    ['.', 'snapshot.json', 'logs', 'logs/shop', 'logs/shop/web.app.log'].map((name) =>
      mode(join(folder, name)),
    )

  test.each([0o000, 0o022, 0o777])('with umask %i', (umask) => {
    const parent = folderWith()
    const before = process.umask(umask)
    try {
      saveSnapshot(join(parent, 'a/b'), snapshot)
      expect(process.umask()).toBe(umask)
    } finally {
      process.umask(before)
    }
    expect(modes(join(parent, 'a/b'))).toEqual(['700', '600', '700', '700', '600'])
    expect(mode(join(parent, 'a'))).toBe('700')
  })

  test('that was there before, and open to all', () => {
    const folder = folderWith()
    saveSnapshot(folder, snapshot)
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'snapshot.json'), 0o644)
    saveSnapshot(folder, snapshot)
    expect(modes(folder)).toEqual(['700', '600', '700', '700', '600'])
  })

  test('and no link in it is written through', () => {
    const folder = folderWith()
    saveSnapshot(folder, snapshot)
    const elsewhere = join(
      folderWith({ victim: readFileSync(join(folder, 'snapshot.json'), 'utf8') }),
      'victim',
    )
    const content = readFileSync(elsewhere, 'utf8')
    rmSync(join(folder, 'snapshot.json'))
    symlinkSync(elsewhere, join(folder, 'snapshot.json'))
    saveSnapshot(folder, live({ nodes: [] }))
    expect(readFileSync(elsewhere, 'utf8')).toBe(content)
  })
})
