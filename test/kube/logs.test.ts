import { appendFileSync, truncateSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from '@jest/globals'
import { type Connection, connect, readLogs } from '../../src/kube/api/live.ts'
import type { LogRequest } from '../../src/kube/api/logs.ts'
import { readFiles } from '../../src/kube/files/files.ts'
import type { ClusterFlags } from '../../src/kube/kubeconfig/flags.ts'
import { saveSnapshot } from '../../src/kube/recording/save.ts'
import { gapLines } from '../../src/render/report/gaps.ts'
import { apiServer, type Handler, type Reply, refusal } from '../helpers/apiserver.ts'
import { pod, snapshotOf } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'

const open: (() => void)[] = []
afterAll(() => {
  for (const close of open.splice(0)) close()
})

async function connectedTo(url: string, flags: ClusterFlags = {}): Promise<Connection> {
  const connection = await connect({ server: url, ...flags }, { HOME: '/nowhere' })
  open.push(() => connection.close())
  return connection
}

async function connected(handler: Handler, flags: ClusterFlags = {}) {
  const server = await apiServer(handler)
  return { server, connection: await connectedTo(server.url, flags) }
}

const request = (pod: string, namespace = 'shop', previous = false): LogRequest => ({
  ...{ workload: `Deployment ${namespace}/${pod}`, namespace, pod, container: 'app', previous },
})
const logOf = (pod: string, text: string, namespace = 'shop') => ({
  ...{ namespace, pod, container: 'app', previous: false, text },
})
const podIn = ({ pathname }: URL): string => pathname.split('/')[6] ?? ''

/** A server that writes a body piece by piece, for as long as `next` gives one, and pauses after each. */
async function writing(next: (index: number) => string | undefined, pause = 0): Promise<string> {
  const server = createServer((_request, response) => {
    let index = 0
    const write = (): unknown => {
      for (;;) {
        const piece = response.destroyed ? undefined : next(index++)
        if (piece === undefined) return response.end()
        if (!response.write(piece)) return response.once('drain', write)
        if (pause > 0) return setTimeout(write, pause)
      }
    }
    response.writeHead(200, { 'content-type': 'text/plain' })
    write()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('logs', () => {
  test('are the last lines, of those that have any', async () => {
    const { server, connection } = await connected((url) => {
      if (url.searchParams.has('previous'))
        return refusal(400, 'BadRequest', 'previous terminated container "app" in pod "web" not found')
      const replies: Readonly<Record<string, Reply>> = {
        pending: { code: 204, body: '' },
        starting: refusal(
          400,
          'BadRequest',
          'container "app" in pod "x" is waiting to start: ContainerCreating',
        ),
        gone: refusal(404, 'NotFound', 'pods "gone" not found'),
        long: { body: `${'x'.repeat(30)}\nlast line\n` },
      }
      return replies[podIn(url)] ?? { body: 'short\n' }
    })
    const requests = ['web', 'pending', 'starting', 'gone', 'long'].map((pod) => request(pod))
    const { logs, gaps } = await readLogs(connection, [...requests, request('web', 'shop', true)], {
      bytes: 20,
    })
    expect(logs).toEqual([logOf('long', 'last line\n'), logOf('web', 'short\n')])
    expect(gaps).toEqual([])
    // limitBytes would cut off the end.
    expect(server.paths).toContain('/api/v1/namespaces/shop/pods/web/log?container=app&tailLines=500')
  })

  test('are the same in whatever order they are asked for and answered', async () => {
    const requests = Array.from({ length: 20 }, (_, index) => request(`web-${index}`))
    const { connection } = await connected(async (url) => {
      await sleep((Number(podIn(url).slice(4)) * 7) % 13)
      return podIn(url) === 'web-5' ? refusal(500, 'InternalError', 'broken') : { body: `${podIn(url)}\n` }
    })
    const first = await readLogs(connection, requests)
    expect(await readLogs(connection, requests.toReversed())).toEqual(first)
    expect(first.logs).toHaveLength(19)
  })

  test('of any length are their last 64 KiB', async () => {
    const piece = `${'x'.repeat(1024 * 1024 - 1)}\n`
    const url = await writing((index) =>
      index < 12 ? piece : index === 12 ? `${'y'.repeat(65_000)}\nthe end\n` : undefined,
    )
    const { logs } = await readLogs(await connectedTo(url), [request('web')], { seconds: 150 })
    expect(logs).toEqual([logOf('web', `${'y'.repeat(65_000)}\nthe end\n`)])
  }, 60_000)

  test('of any length in a recording are their last 64 KiB', async () => {
    const folder = folderWith()
    saveSnapshot(folder, { ...snapshotOf([pod()]), logs: [{ ...logOf('web-1', 'a\n') }] })
    const file = join(folder, 'logs', 'web-1.app.log')
    // Holes take no room on the disk.
    truncateSync(file, 3 * 1024 ** 3)
    appendFileSync(file, `\n${'y'.repeat(65_000)}\nthe end\n`)
    const stdin = (async function* () {})()
    const { logs } = await readFiles([folder], { stdin, clock: '2026-01-01T00:00:00Z' })
    expect(logs).toEqual([logOf('web-1', `${'y'.repeat(65_000)}\nthe end\n`)])
  })
})

describe('logs that are not read', () => {
  test('are one gap for each namespace that forbids it', async () => {
    const { connection } = await connected((url) =>
      url.pathname.includes('/secret/')
        ? refusal(403, 'Forbidden', `${podIn(url)} is forbidden`)
        : { body: 'a\n' },
    )
    const { logs, gaps } = await readLogs(connection, [
      request('b', 'secret'),
      request('web'),
      request('a', 'secret'),
    ])
    expect(logs).toEqual([logOf('web', 'a\n')])
    expect(gaps).toEqual([
      { resource: 'pods/log', namespace: 'secret', reason: 'Forbidden', message: 'a is forbidden' },
    ])
  })

  test.each<[string, Reply, RegExp]>([
    [
      'a login page',
      { body: '<html>', headers: { 'content-type': 'text/html' } },
      /answers with text\/html in the place of a log/,
    ],
    [
      'an object',
      { body: { kind: 'Status', status: 'Success' } },
      /answers with application\/json in the place of a log/,
    ],
    [
      'a failure',
      refusal(500, 'InternalError', 'dial tcp 10.0.0.3:10250: i/o timeout'),
      /dial tcp 10.0.0.3:10250: i\/o timeout/,
    ],
    [
      'a page for a failure',
      { code: 502, body: '<html>\n', headers: { 'content-type': 'text/html' } },
      /502/,
    ],
  ])('are named with the answer that came in their place: %s', async (_name, reply, words) => {
    const { connection } = await connected((url) => (podIn(url) === 'web' ? reply : { body: 'a\n' }))
    const { logs, gaps } = await readLogs(connection, [
      request('api'),
      request('web'),
      request('web', 'shop', true),
    ])
    expect(logs).toEqual([logOf('api', 'a\n')])
    expect(gaps).toEqual([
      {
        resource: 'pods/log',
        namespace: 'shop',
        reason: 'Unreadable',
        message: expect.stringMatching(words),
        logs: [false, true].map((previous) => ({
          namespace: 'shop',
          pod: 'web',
          container: 'app',
          previous,
        })),
      },
    ])
    expect(gaps[0]?.message).toMatch(/^logs of 1 container \(Deployment shop\/web\): /)
  })

  test('do not keep the report back where the connection breaks', async () => {
    const { connection } = await connected((_url, { socket }) => {
      socket.destroy()
      return { body: '' }
    })
    const { gaps } = await readLogs(connection, [request('web')])
    expect(gaps).toMatchObject([{ reason: 'Unreadable', message: expect.stringContaining('EOF') }])
  })

  test('end the command where the user is not known any more', async () => {
    const { connection } = await connected(() => refusal(401, 'Unauthorized', 'Unauthorized'))
    await expect(readLogs(connection, [request('web')])).rejects.toThrow(/You must be logged in/)
  })

  const late = async (seconds: number) => {
    const { connection } = await connected(async () => {
      await sleep(20)
      return { body: 'a\n' }
    })
    const requests = Array.from({ length: 2000 }, (_, index) => request(`web-${index}`))
    return { requests, ...(await readLogs(connection, requests, { seconds })) }
  }

  test('in time are counted and named, and are the last of the list', async () => {
    const { requests, logs, gaps } = await late(0.5)
    expect(logs.length).toBeGreaterThan(0)
    expect(gaps).toHaveLength(1)
    const unread = gaps[0]?.logs ?? []
    expect(logs.length + unread.length).toBe(2000)
    expect(gaps[0]).toMatchObject({ resource: 'pods/log', reason: 'OutOfTime' })
    expect(gaps[0]?.message).toMatch(
      new RegExp(
        `^logs of ${unread.length} containers were not read, because 0\\.5s were over: (Deployment shop/web-\\d+, ){4}Deployment shop/web-\\d+ and ${unread.length - 5} more$`,
      ),
    )
    // Six at a time: what was read is the head of the list, but for those that were under way.
    const places = logs.map(({ pod }) => requests.findIndex((one) => one.pod === pod))
    expect(Math.max(...places)).toBeLessThan(logs.length + 6)
    expect(gapLines(gaps)).toEqual([`${gaps[0]?.message}; findings that need one say so`])
  })

  test('in time are the same gap in the recording', async () => {
    const { logs, gaps } = await late(0.2)
    const folder = folderWith()
    saveSnapshot(folder, { ...snapshotOf([], { gaps }), logs })
    const stdin = (async function* () {})()
    const recorded = await readFiles([folder], { stdin, clock: '2026-01-01T00:00:00Z' })
    expect(recorded.gaps).toContainEqual(gaps[0])
  })

  test.concurrent('because one never ends take a third of the time', async () => {
    const endless = await writing(() => 'and on\n'.repeat(1000), 5)
    const begin = Date.now()
    const { logs, gaps } = await readLogs(await connectedTo(endless), [request('web')], { seconds: 3 })
    expect(Date.now() - begin).toBeLessThan(2800)
    expect([logs, gaps.map(({ reason }) => reason)]).toEqual([[], ['OutOfTime']])
  })

  test.concurrent('because one kubelet is silent do not cost the others theirs', async () => {
    const { connection } = await connected(async (url) => {
      if (podIn(url).startsWith('dead')) await sleep(2000, undefined, { ref: false })
      return { body: 'a\n' }
    })
    const requests = [...Array.from({ length: 6 }, (_, index) => request(`dead-${index}`)), request('web')]
    const { logs, gaps } = await readLogs(connection, requests, { seconds: 1.5 })
    expect(logs).toEqual([logOf('web', 'a\n')])
    expect(gaps[0]?.logs).toHaveLength(6)
  })

  test.concurrent('take no longer than --request-timeout', async () => {
    const { connection } = await connected(() => new Promise<never>(() => {}), { 'request-timeout': 1 })
    const begin = Date.now()
    const { gaps } = await readLogs(
      connection,
      Array.from({ length: 300 }, (_, index) => request(`web-${index}`)),
    )
    expect(Date.now() - begin).toBeLessThan(8000)
    expect(gaps[0]?.message).toMatch(/^logs of 300 containers were not read, because 1s were over/)
  })

  test.concurrent('because the server is busy are asked for again while there is time', async () => {
    let asked = 0
    const { connection } = await connected(() =>
      asked++ === 0
        ? { ...refusal(429, 'TooManyRequests', 'busy'), headers: { 'retry-after': '1' } }
        : { body: 'a\n' },
    )
    expect((await readLogs(connection, [request('web')], { seconds: 6 })).logs).toHaveLength(1)
  })
})
