import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type Connection, connect, readCluster, readLogs, withLogs } from '../../src/kube/api/live.ts'
import { readFiles } from '../../src/kube/files/files.ts'
import type { ClusterFlags } from '../../src/kube/kubeconfig/flags.ts'
import { redact } from '../../src/kube/recording/redact.ts'
import { saveSnapshot } from '../../src/kube/recording/save.ts'
import { RESOURCES, type Resource } from '../../src/model/kubernetes/kinds.ts'
import { apiServer, type Handler, listKindAt, lists, nothing, refusal } from '../helpers/apiserver.ts'
import { folderWith } from '../helpers/folder.ts'

const open: Connection[] = []
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
})

async function connected(handler: Handler, flags: ClusterFlags = {}) {
  const server = await apiServer(handler)
  const connection = await connect({ server: server.url, ...flags }, { HOME: '/nowhere' })
  open.push(connection)
  return { server, connection }
}

const item = (name: string, namespace?: string, more: object = {}) => ({
  metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid: `uid-${name}` },
  ...more,
})
const resources = (...names: Resource[]) => names

test('objects are what kubectl get -o json prints: kinds filled in, managed fields dropped, nulls as absent, the rest as sent', async () => {
  const sent = {
    metadata: {
      name: 'a',
      namespace: 'shop',
      managedFields: [{ manager: 'x' }],
      creationTimestamp: '2026-11-21T00:00:00Z',
    },
    spec: { containers: [], unknownToUs: { _continue: null, kept: [0, false, ''] } },
    status: { startTime: null },
  }
  const { connection } = await connected(lists({ '/apis/apps/v1/deployments': [sent], '/api/v1/nodes': [] }))
  const snapshot = await readCluster(connection, { resources: resources('deployments', 'nodes') })
  expect(snapshot.objects.deployments).toEqual([
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', namespace: 'shop', creationTimestamp: '2026-11-21T00:00:00Z' },
      spec: { containers: [], unknownToUs: { kept: [0, false, ''] } },
      status: {},
    },
  ])
  expect(snapshot.serverVersion).toBe('v1.36.3')
  expect(snapshot.source).toEqual({ type: 'Cluster', name: expect.stringContaining('http://127.0.0.1') })
})

test('pages, over few connections, sorted by namespace and name', async () => {
  const pods = [item('c', 'b'), item('a', 'b'), item('b', 'a'), item('z', 'a'), item('d', 'b')]
  const { server, connection } = await connected(lists({ '/api/v1/pods': pods }), { 'chunk-size': 2 })
  const { objects } = await readCluster(connection, { resources: resources('pods') })
  expect(objects.pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
    'a/b',
    'a/z',
    'b/a',
    'b/c',
    'b/d',
  ])
  expect(server.paths.filter((path) => path !== '/version')).toEqual([
    '/api/v1/pods?limit=2',
    '/api/v1/pods?limit=2&continue=2',
    '/api/v1/pods?limit=2&continue=4',
  ])
  expect(server.connections).toBeLessThanOrEqual(2)
})

test('--chunk-size=0 asks for everything at once', async () => {
  const { server, connection } = await connected(lists({ '/api/v1/pods': [item('a', 'b')] }), {
    'chunk-size': 0,
  })
  await readCluster(connection, { resources: resources('pods') })
  expect(server.paths).toContain('/api/v1/pods')
})

test('an expired page: the list starts again without pages, and nothing comes twice', async () => {
  const handler = lists({ '/api/v1/pods': [item('a', 'b'), item('b', 'b'), item('c', 'b')] })
  const { connection } = await connected(
    (url, request) =>
      url.searchParams.get('continue') === '2'
        ? refusal(410, 'Expired', 'The provided continue parameter is too old')
        : handler(url, request),
    { 'chunk-size': 1 },
  )
  const { objects, gaps } = await readCluster(connection, { resources: resources('pods') })
  expect(objects.pods.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c'])
  expect(gaps.map(({ resource }) => resource)).not.toContain('pods')
})

test('one namespace: namespaced kinds are read there, others everywhere', async () => {
  const { server, connection } = await connected(
    lists({ '/apis/policy/v1/namespaces/shop/poddisruptionbudgets': [], '/api/v1/nodes': [] }),
  )
  await readCluster(connection, { resources: resources('poddisruptionbudgets', 'nodes'), namespace: 'shop' })
  expect(server.paths.toSorted()).toEqual([
    '/api/v1/nodes?limit=500',
    '/apis/policy/v1/namespaces/shop/poddisruptionbudgets?limit=500',
    '/version',
  ])
})

test('a busy server is asked again when it says', async () => {
  const handler = lists({ '/api/v1/pods': [item('a', 'b')] })
  let busy = 2
  const { connection } = await connected((url, request) =>
    busy-- > 0
      ? { ...refusal(429, 'TooManyRequests', 'later'), headers: { 'retry-after': '0' } }
      : handler(url, request),
  )
  const { objects } = await readCluster(connection, { resources: resources('pods') })
  expect(objects.pods).toHaveLength(1)
})

test('now is the clock of the server, or the flag', async () => {
  const date = { date: 'Sat, 21 Nov 2026 02:30:00 GMT' }
  const { connection } = await connected(async (url, request) => ({
    ...(await nothing(url, request)),
    headers: date,
  }))
  const options = { resources: resources('pods') }
  expect(await readCluster(connection, options)).toMatchObject({
    now: '2026-11-21T02:30:00Z',
    nowFrom: 'clock',
  })
  expect(await readCluster(connection, { ...options, now: '2026-11-01T00:00:00Z' })).toMatchObject({
    now: '2026-11-01T00:00:00Z',
    nowFrom: 'flag',
  })
})

test('gzip bodies, and a path in the address of the server', async () => {
  const pods = { ...listKindAt('/pods'), items: [item('ä', 'b', { spec: { containers: [] }, status: {} })] }
  const body = gzipSync(JSON.stringify(pods))
  const server = await apiServer(({ pathname }, { headers }) =>
    pathname.startsWith('/k8s/c-1/') && headers['accept-encoding'] === 'gzip'
      ? { body, headers: { 'content-encoding': 'gzip' } }
      : refusal(404, 'NotFound', 'wrong path'),
  )
  const connection = await connect({ server: `${server.url}/k8s/c-1/` }, { HOME: '/nowhere' })
  open.push(connection)
  const { objects } = await readCluster(connection, { resources: resources('pods') })
  expect(objects.pods[0]?.metadata.name).toBe('ä')
})

describe('refusals', () => {
  const forbidden = (what: string) =>
    refusal(
      403,
      'Forbidden',
      `${what} is forbidden: User "jane" cannot list resource "${what}" at the cluster scope`,
    )

  test('of some kinds are gaps in the words of the server; so are kinds that were not asked for', async () => {
    const { connection } = await connected(
      lists({
        '/api/v1/namespaces/shop/pods': [item('a', 'shop')],
        '/api/v1/nodes': forbidden('nodes'),
        '/apis/policy/v1/namespaces/shop/poddisruptionbudgets': refusal(500, 'InternalError', 'etcd is down'),
      }),
    )
    const asked = resources('pods', 'nodes', 'poddisruptionbudgets', 'csinodes')
    const { objects, gaps } = await readCluster(connection, { resources: asked, namespace: 'shop' })
    expect(objects.pods).toHaveLength(1)
    expect(gaps.filter(({ reason }) => reason !== 'NotRecorded')).toEqual([
      {
        resource: 'csinodes',
        reason: 'NotFound',
        message: 'the server could not find the requested resource',
      },
      {
        resource: 'nodes',
        reason: 'Forbidden',
        message: 'nodes is forbidden: User "jane" cannot list resource "nodes" at the cluster scope',
      },
      { resource: 'poddisruptionbudgets', namespace: 'shop', reason: 'Unreadable', message: 'etcd is down' },
    ])
    expect(gaps.filter(({ reason }) => reason === 'NotRecorded').map(({ resource }) => resource)).toEqual(
      RESOURCES.filter((resource) => !asked.includes(resource)),
    )
  })

  test('of every kind are an error, about the first kind asked for', async () => {
    const { connection } = await connected(() => forbidden('pods'))
    await expect(readCluster(connection, { resources: resources('pods', 'nodes') })).rejects.toMatchObject({
      name: 'ServerError',
      message:
        'Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" at the cluster scope',
    })
  })

  test('401 is an error at once', async () => {
    const { connection } = await connected(() => refusal(401, 'Unauthorized', 'Unauthorized'))
    await expect(readCluster(connection, { resources: resources('pods', 'nodes') })).rejects.toMatchObject({
      message: 'You must be logged in to the server (Unauthorized)',
      hint: expect.stringContaining('log in'),
    })
  })

  test('media types are read in any case', async () => {
    const body = '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[]}'
    const { connection } = await connected(() => ({ body, headers: { 'content-type': 'Application/JSON' } }))
    const { gaps } = await readCluster(connection, { resources: resources('pods') })
    expect(gaps.filter(({ resource }) => resource === 'pods')).toEqual([])
  })

  test.each([
    [
      'a login page',
      { body: '<html>', headers: { 'content-type': 'text/html' } },
      /^the server answered with text\/html, not with JSON$/,
    ],
    ['a redirect', { code: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }, /HTTP status 302/],
    [
      'half an answer',
      { body: '{"items": [', headers: { 'content-type': 'application/json' } },
      /is not JSON/,
    ],
    [
      'plain http to a TLS port',
      { code: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' },
      /Error from server \(BadRequest\): Client sent an HTTP request to an HTTPS server\.$/,
    ],
    ['a page of a proxy', { code: 502, body: '<html>Bad\nGateway</html>' }, /Error from server: .*502$/],
  ])('%s is an error of one line', async (_, reply, message) => {
    const { connection } = await connected(() => reply)
    await expect(readCluster(connection, { resources: resources('pods') })).rejects.toThrow(message)
  })

  test('--request-timeout', async () => {
    const never = new Promise<never>(() => {})
    const { connection } = await connected(() => never, { 'request-timeout': 0.05 })
    await expect(readCluster(connection, { resources: resources('pods') })).rejects.toMatchObject({
      message: 'Unable to connect to the server: no answer within 0.05s (--request-timeout)',
    })
  })
})

test('a live read and its recording are the same snapshot', async () => {
  const spec = { containers: [{ name: 'app', env: [{ name: 'A', value: 'hunter2' }] }] }
  const { connection } = await connected((url, request) =>
    url.pathname.endsWith('/log')
      ? { body: 'a line\n' }
      : lists({
          '/api/v1/namespaces/shop/pods': [item('web', 'shop', { spec }), item('api', 'shop', { spec })],
          '/api/v1/nodes': refusal(403, 'Forbidden', 'nodes is forbidden'),
          '/api/v1/namespaces/shop/events': [],
        })(url, request),
  )
  const options = { resources: resources('pods', 'nodes', 'events'), namespace: 'shop' }
  const logs = await readLogs(connection, [
    { workload: 'Pod shop/web', namespace: 'shop', pod: 'web', container: 'app', previous: true },
  ])
  const snapshot = withLogs(redact(await readCluster(connection, options)), logs)
  const folder = folderWith()
  saveSnapshot(folder, snapshot)
  const recorded = await readFiles([folder], {
    stdin: (async function* () {})(),
    clock: '2026-01-01T00:00:00Z',
  })
  expect(recorded).toEqual({ ...snapshot, nowFrom: 'recording' })
  // A report may print an object: the order of its fields counts, too.
  expect(JSON.stringify(recorded.objects)).toBe(JSON.stringify(snapshot.objects))
  expect(snapshot.logs).toHaveLength(1)
})

describe('events about the nodes of a namespace', () => {
  const about = (name: string, kind: string, object: string) =>
    item(name, 'default', { involvedObject: { kind, name: object } })
  const content = {
    '/api/v1/namespaces/shop/pods': [item('web', 'shop', { spec: { nodeName: 'n1' } }), item('new', 'shop')],
    '/api/v1/namespaces/shop/events': [item('own', 'shop')],
    '/api/v1/namespaces/default/events': [about('a', 'Node', 'n1'), about('b', 'Node', 'n2')],
  }
  const read = (connection: Connection, nodeEvents = true) =>
    readCluster(connection, { resources: resources('events', 'pods'), namespace: 'shop', nodeEvents })

  test('are read from the namespace default, those of its own nodes only', async () => {
    const { server, connection } = await connected(lists(content))
    const { objects } = await read(connection)
    expect(objects.events.map(({ metadata }) => metadata.name)).toEqual(['a', 'own'])
    expect(
      server.paths.some(
        (path) => path.includes('default/events?') && /fieldSelector=involvedObject.kind%3DNode/.test(path),
      ),
    ).toBe(true)
  })

  test('are a gap for those who may not read them, and the rest is there', async () => {
    const forbidden = refusal(403, 'Forbidden', 'events is forbidden')
    const { connection } = await connected(
      lists({ ...content, '/api/v1/namespaces/default/events': forbidden }),
    )
    const { objects, gaps } = await read(connection)
    expect(objects.events.map(({ metadata }) => metadata.name)).toEqual(['own'])
    expect(gaps).toContainEqual({
      resource: 'events',
      namespace: 'default',
      reason: 'Forbidden',
      message: 'events is forbidden',
    })
  })

  test('are not asked for where nobody needs them', async () => {
    const { server, connection } = await connected(lists(content))
    await read(connection, false)
    expect(server.paths.filter((path) => path.includes('default'))).toEqual([])
  })
})
