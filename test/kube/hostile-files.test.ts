import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { readFiles } from '../../src/kube/files/files.ts'
import { unzipped } from '../../src/kube/files/input/bytes.ts'
import { NOW } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'
import { readPiped } from '../helpers/piped.ts'

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app' }] },
}
const POD_JSON = JSON.stringify(POD)

const read = (path: string, recursive = false) =>
  readFiles([path], { stdin: (async function* () {})(), clock: NOW, recursive })

/** The names of the pods in it, or the sentence that says why it is refused. */
const podsOf = (snapshot: ReturnType<typeof read>) =>
  snapshot.then(
    ({ objects }) => objects.pods.map(({ metadata }) => metadata.name),
    (error: Error) => (error.name === 'UserError' ? error.message : `${error.stack}`),
  )

describe('a folder', () => {
  test('with a pipe in it is read without it, and says so', async () => {
    const folder = folderWith({ 'a.json': POD_JSON })
    execFileSync('mkfifo', [join(folder, 'b.yaml'), join(folder, 'ignored')])
    const snapshot = await read(folder)
    expect(snapshot.notes).toEqual([
      `${join(folder, 'b.yaml')} is neither a file nor a folder, and was left out; name it with -f to read it`,
    ])
    expect(await podsOf(read(folder))).toEqual(['web'])
  })

  test('with links to folders is read once: they are not followed, as kubectl does not', async () => {
    const folder = folderWith({ 'a.json': POD_JSON })
    mkdirSync(join(folder, 'below'))
    symlinkSync('..', join(folder, 'below', 'up'))
    symlinkSync('.', join(folder, 'self'))
    symlinkSync('a.json', join(folder, 'same.json'))
    expect(await podsOf(read(folder, true))).toEqual(['web'])
  })

  test('with a folder that is called like a file is read', async () => {
    const folder = folderWith({ 'a.json': POD_JSON, 'x.yaml/b.json': '{"not": "read"}' })
    expect(await podsOf(read(folder))).toEqual(['web'])
  })

  test('with a pipe among the logs is read without it', async () => {
    const folder = folderWith({ 'snapshot.json': POD_JSON })
    mkdirSync(join(folder, 'logs'))
    execFileSync('mkfifo', [join(folder, 'logs', 'web.app.log')])
    expect((await read(folder)).logs).toEqual([])
  })

  test('of which a log has 512 MiB gives the end of it', async () => {
    const folder = folderWith({ 'snapshot.json': POD_JSON, 'logs/web.app.log': '' })
    const log = join(folder, 'logs', 'web.app.log')
    truncateSync(log, 512 * 1024 * 1024)
    writeFileSync(log, '\nlistening on 9999\n', { flag: 'a' })
    expect((await read(folder)).logs.map(({ text }) => text)).toEqual(['listening on 9999\n'])
  })
})

describe('an input', () => {
  test('that never ends is refused at its first piece', async () =>
    expect(await podsOf(read('/dev/zero'))).toBe('/dev/zero is not text'))

  test('on standard input that never ends is refused, too', async () => {
    const endless = (async function* () {
      for (;;) yield Buffer.alloc(1024)
    })()
    expect(await podsOf(readFiles(['-'], { stdin: endless, clock: NOW }))).toBe('stdin is not text')
  })

  test('that unpacks to more than it may is refused at the piece that is too much', async () => {
    // A gzip file may have several parts, one after the other. What comes after the bound is not looked at.
    const part = gzipSync(Buffer.alloc(2 * 1024 * 1024, 0x20))
    const packed = Buffer.concat([...Array<Buffer>(16).fill(part), Buffer.from('not gzip at all')])
    await expect(unzipped('bomb.json.gz', packed, 3 * 1024 * 1024)).rejects.toThrow(
      'bomb.json.gz holds more than 1 GiB',
    )
    await expect(unzipped('bomb.json.gz', packed)).rejects.toThrow('bomb.json.gz is not a whole gzip file')
  })

  test('that is larger than any cluster is refused before it is read', async () => {
    const file = join(folderWith({ 'a.json': '' }), 'a.json')
    // Holes take no room on the disk.
    truncateSync(file, 2 * 1024 ** 3 + 1)
    expect(await podsOf(read(file))).toBe(`${file} holds more than 1 GiB`)
  })

  test.each([
    [
      'JSON lists',
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"y":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
    ],
    [
      'JSON objects',
      `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"y":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}}`,
    ],
    [
      'YAML lists',
      `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\ny: ${'['.repeat(1e5)}${']'.repeat(1e5)}\n`,
    ],
    [
      'custom resources',
      `{"apiVersion":"x/v1","kind":"Y","metadata":{"name":"x"},"y":${'['.repeat(600)}${']'.repeat(600)}}`,
    ],
  ])('of 100,000 levels of %s is refused in a sentence', async (_, text) =>
    expect(await podsOf(readPiped(text))).toMatch(/^stdin:\d+: .*nested.*deeply/),
  )

  test('of aliases of aliases is refused in a sentence', async () => {
    const lines = [...'bcdefgh'].map(
      (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`,
    )
    const text = ['a: &a [x,x,x,x,x,x,x,x,x]', ...lines, 'apiVersion: v1', 'kind: Pod'].join('\n')
    expect(await podsOf(readPiped(text))).toMatch(/^stdin:1: .*alias/)
  })

  test.each([
    ['UTF-16, little end first', Buffer.from(`\ufeff${POD_JSON}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${POD_JSON}`, 'utf16le').swap16()],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${POD_JSON}`)],
    ['line ends of Windows', Buffer.from(JSON.stringify(POD, null, 2).replaceAll('\n', '\r\n'))],
  ])('in %s is read', async (_, bytes) => {
    const file = join(folderWith(), 'input.json')
    writeFileSync(file, bytes)
    expect(await podsOf(read(file))).toEqual(['web'])
  })
})

describe('numbers and names', () => {
  const budget = (status: object) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'p' },
    status,
  })
  test.each([
    [
      'a part of a disruption',
      budget({ disruptionsAllowed: 0.5 }),
      /status\.disruptionsAllowed must be a whole number/,
    ],
    [
      'a quantity that is none',
      { ...POD, spec: { containers: [{ name: 'a', resources: { requests: { cpu: 'x' } } }] } },
      /requests\.cpu must be a quantity/,
    ],
    [
      'a port of two halves',
      { ...POD, spec: { containers: [{ name: 'a', livenessProbe: { tcpSocket: { port: 0.5 } } }] } },
      /tcpSocket\.port must be a whole number or text/,
    ],
  ])('%s is refused, as an API server would', async (_, object, sentence) =>
    expect(await podsOf(readPiped(JSON.stringify(object)))).toMatch(sentence),
  )

  test('a number that JavaScript cannot hold is refused', async () => {
    const text = JSON.stringify({ ...POD, spec: { containers: [], priority: 7 } }).replace('7', '1e400')
    expect(await podsOf(readPiped(text))).toMatch(/spec\.priority must be a whole number/)
  })

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    '%s is a kind as any other',
    async (kind) => {
      const others = await readPiped(
        `${JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'x' } })}${POD_JSON}`,
      )
      expect(others.objects.pods).toHaveLength(1)
      expect(others.others.map((one) => one.kind)).toEqual([kind])
    },
  )
})
