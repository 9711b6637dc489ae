import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createH2Server } from 'node:http2'
import { createServer as createTlsServer } from 'node:https'
import type { Server as TcpServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Pod } from '../../src/model/kubernetes/objects.ts'
import type { ProbeReport, ReportedReplay } from '../../src/probes/report.ts'
import { unhealthy } from './harness/broken.ts'
import { containerPorts, kubeconfigPath } from './harness/control-plane.ts'
import { does, KUBERNETES } from './harness/differences.ts'
import { CONTROL_PLANE, create, freshNamespace, get, kubectl, mustKubectl } from './harness/kubectl.ts'
import { addNodes, remove } from './harness/nodes.ts'
import { eventually } from './harness/processes.ts'
import { account, rulesIn } from './harness/rights.ts'

// The tests play the container: a port of any pod leads to the same port of this machine, a command runs on it.
const [open = 0, secure = 0, grpc = 0, closed = 0] = JSON.parse(
  readFileSync(containerPorts(CONTROL_PLANE), 'utf8'),
) as number[]
const cert = (name: string) => readFileSync(join(CONTROL_PLANE, 'certs', name))
const tls = { cert: cert('apiserver.crt'), key: cert('apiserver.key') }

const answer: RequestListener = ({ url = '', headers }, response) => {
  if (url === '/slow') return void setTimeout(() => response.end('late'), 3000).unref()
  response.writeHead(url.startsWith('/ok') ? 200 : 404)
  response.end(`${url} ${headers['user-agent']}`)
}

/** A health service that knows `up` and `down`. */
function health(): TcpServer {
  const server = createH2Server()
  server.on('stream', (stream) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const service = Buffer.concat(chunks).subarray(7).toString()
      if (!/^(up|down)$/.test(service)) {
        stream.respond({ 'grpc-status': 12, 'grpc-message': 'unknown' }, { endStream: true })
        return
      }
      stream.respond({}, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, service === 'up' ? 1 : 2]))
    })
  })
  return server as unknown as TcpServer
}

const servers: [number, TcpServer | Server][] = [
  [open, createServer(answer)],
  [secure, createTlsServer(tls, answer)],
  [grpc, health()],
]
const sockets = new Set<{ destroy(): void }>()
let namespace = ''
let nodes: readonly string[] = []

beforeAll(async () => {
  for (const [port, server] of servers) {
    server.on('connection', (socket) => sockets.add(socket))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  }
  namespace = await freshNamespace('replay')
  nodes = [`${namespace}-a`]
  await addNodes(nodes)
}, 60_000)

afterAll(() => {
  for (const socket of sockets) socket.destroy()
  for (const [, server] of servers) server.close()
  remove(namespace, nodes)
})

/** A running pod of one container with these probes. */
async function pod(name: string, probes: object, annotations: object = {}): Promise<Pod> {
  create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, annotations },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: 'none', ...probes }] },
  })
  return eventually(`${name} to run`, () =>
    get<Pod>('pods', namespace).find(
      ({ metadata, status }) => metadata.name === name && status?.phase === 'Running',
    ),
  )
}

/** The plugin beside this process, which plays the container meanwhile. */
function probeCheck(
  args: readonly string[],
  user = 'admin',
): Promise<{ report: ProbeReport; stderr: string }> {
  const argv = [
    '--disable-warning=ExperimentalWarning',
    'src/main.ts',
    'probe-check',
    '-n',
    namespace,
    ...args,
  ]
  const env = { ...process.env, KUBECONFIG: kubeconfigPath(CONTROL_PLANE, user), HOME: CONTROL_PLANE }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...argv, '-o', 'json'], { env, timeout: 90_000 }, (error, stdout, stderr) => {
      if (stdout === '') reject(error ?? new Error(stderr))
      else resolve({ report: JSON.parse(stdout) as ProbeReport, stderr })
    })
  })
}

async function replay(
  name: string,
  probes: object,
  ...flags: readonly string[]
): Promise<readonly ReportedReplay[]> {
  await pod(name, probes)
  const { report } = await probeCheck([`pod/${name}`, '--replay', ...flags])
  expect(report.gaps).toEqual([])
  return report.replay ?? []
}

const httpGet = (port: number, path: string, more: object = {}) => ({
  readinessProbe: { httpGet: { port, path, ...more } },
})
const grpcOf = (service: string) => ({ readinessProbe: { grpc: { port: grpc, service } } })

describe('through the real API server', () => {
  test.each([
    ['ok', httpGet(open, '/ok?a=1'), 'WouldPass', 'would pass: HTTP status 200'],
    ['missing', httpGet(open, '/missing'), 'WouldFail', 'would fail: HTTP status 404'],
    [
      'slow',
      httpGet(open, '/slow'),
      'WouldTimeOut',
      /^would time out: answers after 3\.\d s \(HTTP status 200\), the timeout is 1 s$/,
    ],
    ['tls', httpGet(secure, '/ok', { scheme: 'HTTPS' }), 'WouldPass', 'would pass: HTTP status 200'],
    [
      'not-tls',
      httpGet(open, '/ok', { scheme: 'HTTPS' }),
      'WouldFail',
      'would fail: the port does not speak TLS, and the probe has scheme HTTPS',
    ],
    ['closed', httpGet(closed, '/ok'), 'WouldFail', 'would fail: connection refused inside of the pod'],
    [
      'tcp-open',
      { readinessProbe: { tcpSocket: { port: open } } },
      'WouldPass',
      'would pass: the port accepts connections',
    ],
    [
      'tcp-closed',
      { readinessProbe: { tcpSocket: { port: closed } } },
      'WouldFail',
      'would fail: connection refused inside of the pod',
    ],
    ['grpc-up', grpcOf('up'), 'WouldPass', 'would pass: SERVING'],
    ['grpc-down', grpcOf('down'), 'WouldFail', 'would fail: NOT_SERVING'],
    [
      'grpc-none',
      grpcOf('none'),
      'WouldFail',
      'would fail: the server does not implement the gRPC health protocol: Unimplemented: unknown',
    ],
    [
      'command',
      { livenessProbe: { exec: { command: ['sh', '-c', 'echo fine; exit 0'] } } },
      'WouldPass',
      'would pass: exit code 0',
    ],
    [
      'hanging-command',
      { livenessProbe: { exec: { command: ['sleep', '3'] } } },
      'WouldTimeOut',
      /^would time out: ends after 3\.\d s \(exit code 0\), the timeout is 1 s$/,
    ],
  ])('%s', async (name, probes, verdict, summary) => {
    const said = typeof summary === 'string' ? summary : expect.stringMatching(summary)
    expect(await replay(name, probes)).toMatchObject([{ pod: name, verdict, summary: said, attempts: 1 }])
  })

  test('--replay-timeout', async () => {
    const views = await replay('impatient', httpGet(open, '/slow'), '--replay-timeout', '2s')
    expect(views).toMatchObject([{ summary: 'would time out: no answer within 2 s, the timeout is 1 s' }])
    expect(views[0]).not.toHaveProperty('latencyMilliseconds')
  })

  // kwok gives no exit codes: its errors are not those that the streaming library takes for one. See
  // test/kube/replay.test.ts for these.
  test('a command that is not there', async () => {
    const [view] = await replay('no-command', { livenessProbe: { exec: { command: ['no-such-command'] } } })
    expect(view).toMatchObject({ verdict: 'NotCounted' })
    expect(view?.summary).toContain('executable file not found')
  })

  test('values of the environment reach the command, and not the report', async () => {
    const env = [{ name: 'WORD', value: 'a-very-secret-word' }]
    const command = ['test', '$(WORD)', '=', 'a-very-secret-word']
    const views = await replay('expanded', { env, livenessProbe: { exec: { command: command.slice(0, 2) } } })
    expect(views).toMatchObject([{ verdict: 'WouldPass', handler: 'exec [test $(WORD)]' }])
    expect(JSON.stringify(views)).not.toContain('a-very-secret-word')
  })

  test('--count', async () => {
    const [view] = await replay('often', httpGet(open, '/ok'), '--count', '15')
    expect(view).toMatchObject({
      attempts: 15,
      results: [{ outcome: 'Passed', count: 15, output: `/ok kube-probe/${KUBERNETES}` }],
    })
    const { min = 0, median = 0, p95 = 0, max = 0 } = view?.latencyMilliseconds ?? {}
    expect([min, median, p95, max]).toEqual([min, median, p95, max].toSorted((a, b) => a - b))
  })
})

test('a port that answers from inside and still refuses the kubelet is bound to localhost, for certain', async () => {
  // An event counts as old when attempts that came since have none.
  const readinessProbe = { httpGet: { port: open, path: '/ok' }, periodSeconds: 30, failureThreshold: 1 }
  const made = await pod(
    'local',
    { readinessProbe, ports: [{ containerPort: open }] },
    { 'test/ready': 'false' },
  )
  const refused = `Get "http://10.1.0.1:${open}/ok": dial tcp 10.1.0.1:${open}: connect: connection refused`
  // An application that refuses in its first minute may still be starting.
  const [status] = made.status?.containerStatuses ?? []
  const startedAt = new Date(Date.now() - 600_000).toISOString().replace(/\.\d+Z/, 'Z')
  const containerStatuses = [{ ...status, state: { running: { startedAt } } }]
  const patch = JSON.stringify({ status: { containerStatuses } })
  mustKubectl(['patch', 'pod/local', '-n', namespace, '--subresource=status', '--type=merge', '-p', patch])
  create(unhealthy(made, refused))
  const causes = (report: ProbeReport) =>
    report.findings
      .filter(({ configuration }) => !configuration)
      .map(({ code, confidence }) => [code, confidence])
  expect(causes((await probeCheck(['pod/local', '--no-logs'])).report)).toEqual([
    ['bound-to-localhost', 'Possible'],
  ])
  const { report } = await probeCheck(['pod/local', '--replay'])
  expect(causes(report)).toEqual([['bound-to-localhost', 'Certain']])
  expect(report.findings[0]?.evidence.map(({ source }) => source)).toContain('Replay')
}, 90_000)

describe('rights', () => {
  const [reading, replaying] = [
    ...readFileSync('docs/reading.md', 'utf8').matchAll(/```yaml\n(apiVersion: rbac[\s\S]*?)```/g),
  ].map(([, yaml = '']) => rulesIn(yaml))

  test('the documented role for --replay is enough', async () => {
    await pod('allowed', { ...httpGet(open, '/ok'), livenessProbe: { exec: { command: ['true'] } } })
    const user = account(namespace, 'replayer', [...(reading ?? []), ...(replaying ?? [])])
    const { report } = await probeCheck(['pod/allowed', '--replay'], user)
    expect(report.gaps).toEqual([])
    expect(report.replay?.map(({ verdict }) => verdict)).toEqual(['WouldPass', 'WouldPass'])
  })

  test.each([['get'], ['create']])('%s alone is not (before 1.35, get is)', async (verb) => {
    await pod(`only-${verb}`, { ...httpGet(open, '/ok'), livenessProbe: { exec: { command: ['true'] } } })
    const some = (replaying ?? []).map((rule) => ({ ...rule, verbs: [verb] }))
    const user = account(namespace, `only-${verb}`, [...(reading ?? []), ...some])
    const { report } = await probeCheck([`pod/only-${verb}`, '--replay'], user)
    if (verb === 'get' && !does('websocket-needs-create')) {
      expect(report.gaps).toEqual([])
      expect(report.replay?.map(({ verdict }) => verdict)).toEqual(['WouldPass', 'WouldPass'])
      return
    }
    expect(report.gaps).toMatchObject(
      ['pods/exec', 'pods/portforward'].map((resource) => ({
        resource,
        namespace,
        reason: 'Forbidden',
        message: expect.stringContaining(
          `to run the probe in pod ${namespace}/only-${verb} you need the verbs get and create of ${resource}`,
        ),
      })),
    )
    expect(report.replay?.map(({ verdict }) => verdict)).toEqual(['NotRun', 'NotRun'])
    expect(report.workloads).toHaveLength(1)
  })
})

test.each([
  [['--replay'], '--replay runs probes, so it needs to know which'],
  [['deploy', '--replay'], '--replay runs probes, so it needs to know which'],
  [['pod/x', '--replay', '-f', 'examples'], '--replay runs probes in a live cluster'],
])('%j is refused', (args, words) => {
  const { code, stderr } = kubectl(['probe-check', '-n', namespace, ...args])
  expect(code).toBe(2)
  expect(stderr).toContain(words)
})
