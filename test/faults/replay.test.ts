import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ProbeReport } from '../../src/probes/report.ts'
import { containerPorts } from '../cluster/harness/control-plane.ts'
import { CONTROL_PLANE, create, mustKubectl } from '../cluster/harness/kubectl.ts'
import type { Misbehaviour } from './proxy.ts'
import { makeWorld, type Slot, type World } from './world.ts'

/**
 * Streams that break while `--replay` runs probes: nothing that the way to the container does is said of the container.
 */

const [port = 0] = JSON.parse(readFileSync(containerPorts(CONTROL_PLANE), 'utf8')) as number[]
const container = createServer((_, response) => response.end('fine'))
let world: World

beforeAll(async () => {
  await new Promise<void>((resolve) => container.listen(port, '127.0.0.1', resolve))
  world = await makeWorld('replay')
  create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'probed', namespace: world.namespace },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'none',
          readinessProbe: { httpGet: { path: '/', port } },
          livenessProbe: { exec: { command: ['sh', '-c', 'exit 0'] } },
        },
      ],
    },
  })
  mustKubectl(['wait', 'pod/probed', '-n', world.namespace, '--for=condition=Ready', '--timeout=60s'])
}, 120_000)
afterAll(() => {
  world?.close()
  container.closeAllConnections()
  container.close()
})

const ACCEPTED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
const refusal = (code: number, body: string, type = 'text/html') =>
  `HTTP/1.1 ${code} No\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`

/** What happens to the stream, and whether a probe may seem to time out: silence looks the same from both ends. */
const FAULTS: Readonly<Record<string, { readonly silent?: true; readonly how: Misbehaviour['stream'] }>> = {
  'refused by a page': { how: (client) => void client.end(refusal(502, '<h1>Bad gateway</h1>')) },
  'refused with nothing': { how: (client) => void client.end(refusal(403, '')) },
  'sent elsewhere': {
    how: (client) => void client.end('HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\n\r\n'),
  },
  'answered as if it were no stream': {
    how: (client) => void client.end(refusal(200, '{}', 'application/json')),
  },
  'closed at once': { how: (client) => void client.destroy() },
  'accepted with a wrong key': {
    how: (client) => void client.end(`${ACCEPTED}Sec-WebSocket-Accept: bm8=\r\n\r\n`),
  },
  'never accepted': { silent: true, how: () => {} },
  'reset as soon as it is accepted': {
    how: (client, { pass }) => {
      pass().once('data', () => setImmediate(() => client.destroy()))
    },
  },
  'noise in the place of frames': {
    how: (client, { pass }) => {
      const real = pass()
      real.once('data', () => {
        real.unpipe()
        client.write(Buffer.alloc(200, 0xff))
      })
    },
  },
  'silent once it is accepted': {
    silent: true,
    how: (_, { pass }) => {
      const real = pass()
      real.once('data', () => real.unpipe())
    },
  },
  'cut after some bytes': {
    silent: true,
    how: async (client, { pass }) => {
      const real = pass()
      real.unpipe()
      let count = 0
      real.on('data', (chunk: Buffer) => {
        const rest = 260 - count
        count += chunk.length
        if (rest > 0) client.write(chunk.subarray(0, rest))
        if (count >= 260) client.destroy()
      })
      await sleep(1000)
    },
  },
}

const replay = async ({ proxy, run }: Slot, how?: Misbehaviour['stream']) => {
  const path = /\/pods\/probed\/(exec|portforward)/
  proxy.misbehave(how === undefined ? undefined : { stream: how }, path)
  const args = ['probe-check', 'pod/probed', '-n', world.namespace, '--replay', '-o', 'json']
  const ended = await run([...args, '--request-timeout=5s'])
  const streams = proxy.asked().filter((one) => one.startsWith('UPGRADE')).length
  proxy.misbehave(undefined)
  return { ...ended, streams }
}

test('without a fault both probes pass', async () => {
  const { stdout, streams } = await replay(world.slots[0] as Slot)
  const { replay: results = [] } = JSON.parse(stdout) as ProbeReport
  expect(results.map(({ verdict }) => verdict)).toEqual(['WouldPass', 'WouldPass'])
  expect(streams).toBeGreaterThan(1)
})

test.each(Object.entries(FAULTS))('a stream that is %s', async (_, { how, silent }) => {
  const { code, stdout, stderr, hung } = await replay(world.slots[0] as Slot, how)
  expect({ hung, crash: /\n\s+at |uncaught|mistake in kubectl/.exec(stderr)?.[0] }).toEqual({ hung: false })
  if (code === 2) {
    expect(stderr).toMatch(/^[^\n]+\n([^\n]+\n)?$/)
    return
  }
  const { replay: results = [], gaps, findings } = JSON.parse(stdout) as ProbeReport
  const admitted = silent ? ['NotRun', 'NotCounted', 'WouldTimeOut'] : ['NotRun', 'NotCounted']
  expect(results.map(({ verdict }) => verdict).filter((verdict) => !admitted.includes(verdict))).toEqual([])
  // Who reads it learns that it was not the probe that failed.
  expect(results.length + gaps.length).toBeGreaterThan(0)
  expect(findings.filter(({ configuration }) => !configuration)).toEqual([])
})
