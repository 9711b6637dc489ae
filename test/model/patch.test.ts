import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { applyPatch, type Patch, touchedFields } from '../../src/model/kubernetes/patch.ts'

const target = { kind: 'Deployment', name: 'web' }
const deployment = (spec: object): KubeObject =>
  ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec }) as KubeObject
const specAfter = (spec: object, type: Patch['type'], value: unknown) =>
  (applyPatch(deployment(spec), { target, type, value }) as unknown as { spec: unknown }).spec
const strategic = (spec: object, change: unknown) => specAfter(spec, 'strategic', { spec: change })

describe('a strategic merge patch', () => {
  const probe = { httpGet: { path: '/', port: 8080 }, periodSeconds: 5 }
  const spec = { containers: [{ name: 'proxy' }, { name: 'app', image: 'a:1', livenessProbe: probe }] }

  test('changes the container of that name and no other', () => {
    expect(strategic(spec, { containers: [{ name: 'app', livenessProbe: { periodSeconds: 9 } }] })).toEqual({
      containers: [
        { name: 'proxy' },
        { name: 'app', image: 'a:1', livenessProbe: { ...probe, periodSeconds: 9 } },
      ],
    })
  })

  test('removes what is null, so that a handler can be swapped', () => {
    const swap = { containers: [{ name: 'app', livenessProbe: { httpGet: null, tcpSocket: { port: 1 } } }] }
    expect(strategic(spec, swap)).toMatchObject({
      containers: [{}, { livenessProbe: { periodSeconds: 5, tcpSocket: { port: 1 } } }],
    })
    expect(JSON.stringify(strategic(spec, swap))).not.toContain('httpGet')
  })

  test('adds an item that is not there, without the nulls', () => {
    const change = { containers: [{ name: 'new', image: 'n:1', command: null }] }
    expect(strategic({ containers: [] }, change)).toEqual({ containers: [{ name: 'new', image: 'n:1' }] })
  })

  test('merges ports of containers by containerPort and of Services by port', () => {
    const ports = (key: string) => ({ ports: [{ [key]: 80 }, { [key]: 81, name: 'b' }] })
    for (const key of ['containerPort', 'port'])
      expect(strategic(ports(key), { ports: [{ [key]: 81, name: 'c' }] })).toEqual({
        ports: [{ [key]: 80 }, { [key]: 81, name: 'c' }],
      })
  })

  test('replaces a list without a merge key', () =>
    expect(strategic({ command: ['a', 'b'] }, { command: ['c'] })).toEqual({ command: ['c'] }))

  test('obeys $patch: delete and $patch: replace', () => {
    expect(strategic(spec, { containers: [{ name: 'proxy', $patch: 'delete' }] })).toEqual({
      containers: spec.containers.slice(1),
    })
    expect(
      strategic({ strategy: { type: 'A', x: 1 } }, { strategy: { $patch: 'replace', type: 'B' } }),
    ).toEqual({
      strategy: { type: 'B' },
    })
  })
})

test('a JSON merge patch replaces lists as a whole', () =>
  expect(
    specAfter({ containers: [{ name: 'a' }], paused: true }, 'merge', {
      spec: { containers: [{ name: 'b' }], paused: null },
    }),
  ).toEqual({ containers: [{ name: 'b' }] }))

describe('a JSON patch', () => {
  const spec = { list: [1, 2], 'a/b': { x: 1 } }
  test.each([
    [{ op: 'replace', path: '/spec/list/1', value: 9 }, { list: [1, 9] }],
    [{ op: 'add', path: '/spec/list/-', value: 9 }, { list: [1, 2, 9] }],
    [{ op: 'add', path: '/spec/list/0', value: 9 }, { list: [9, 1, 2] }],
    [{ op: 'remove', path: '/spec/list/0' }, { list: [2] }],
    [{ op: 'add', path: '/spec/a~1b/y', value: 2 }, { 'a/b': { x: 1, y: 2 } }],
    [{ op: 'remove', path: '/spec/a~1b/x' }, { 'a/b': {} }],
    [{ op: 'test', path: '/spec/list/0', value: 1 }, {}],
  ])('%j', (operation, changed) =>
    expect(specAfter(spec, 'json', [operation])).toEqual({ ...spec, ...changed }),
  )

  test.each([
    { op: 'remove', path: '/spec/none' },
    { op: 'replace', path: '/spec/list/7', value: 1 },
    { op: 'add', path: '/spec/none/deep', value: 1 },
    { op: 'test', path: '/spec/list/0', value: 2 },
    { op: 'move', path: '/spec/list/0', from: '/spec/list/1' },
  ])('refuses %j', (operation) => expect(() => specAfter(spec, 'json', [operation])).toThrow())
})

test('the object that is patched stays as it was', () => {
  const before = deployment({ containers: [{ name: 'app', ports: [{ containerPort: 1 }] }] })
  const copy = structuredClone(before)
  const value = { spec: { containers: [{ name: 'app', ports: [{ containerPort: 1, name: 'x' }] }] } }
  applyPatch(before, { target, type: 'strategic', value })
  expect(before).toEqual(copy)
})

test('the touched fields of containers carry their names', () => {
  const value = {
    spec: { containers: [{ name: 'app', livenessProbe: { httpGet: null, periodSeconds: 3 } }] },
  }
  expect(touchedFields({ target, type: 'strategic', value })).toEqual([
    'spec.containers[app].livenessProbe.httpGet',
    'spec.containers[app].livenessProbe.periodSeconds',
  ])
  expect(touchedFields({ target, type: 'json', value: [{ op: 'remove', path: '/spec/paused' }] })).toEqual([
    '/spec/paused',
  ])
})
