import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { main } from '../../src/commands/shared/run.ts'
import { apiVersionOf, KINDS, RESOURCES } from '../../src/model/kubernetes/kinds.ts'
import type { Complaint, FuzzCase, Served } from './case.ts'
import { complaintsOf, type Outcome, weakerComplaints } from './oracles.ts'

/** Each case of so many is run twice. */
const REPEATED = 10

/** Runs cases one after the other in this process, with a server of its own. */
export interface CaseRunner {
  judge(one: FuzzCase, index: number): Promise<readonly Complaint[]>
  close(): void
}

export async function caseRunner(folder: string): Promise<CaseRunner> {
  let served: Served = {}
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(answer(new URL(request.url ?? '', 'http://x').pathname, served))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const run = (argv: readonly string[], input: Pick<FuzzCase, 'files' | 'served'>) => {
    served = input.served ?? {}
    writeFiles(folder, input.files)
    return runInProcess(argv.map((word) => filledIn(word, folder, server)))
  }
  return {
    async judge(one, index) {
      const first = await run(one.argv, one)
      const found = [...complaintsOf(one.argv, first)]
      if (one.weaker !== undefined) {
        const weaker = await run(one.argv, one.weaker)
        found.push(...complaintsOf(one.argv, weaker), ...weakerComplaints(first, weaker))
      }
      if (index % REPEATED === 0) {
        const again = await run(one.argv, one)
        if (again.stdout !== first.stdout || again.code !== first.code)
          found.push({ oracle: 'not-repeatable', detail: firstDifference(first.stdout, again.stdout) })
      }
      return found
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const filledIn = (word: string, folder: string, server: Server): string =>
  word
    .replace('$DIR', folder)
    .replace('$SERVER', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)

function writeFiles(folder: string, files: FuzzCase['files']): void {
  rmSync(folder, { recursive: true, force: true })
  for (const [name, text] of Object.entries(files)) {
    // No file system has such a file, so that nobody can bring it.
    if (name.split('/').some((part) => Buffer.byteLength(part) > 255)) continue
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** The body of a list; what nothing was said about is empty. */
function answer(path: string, served: Served): string {
  const resource = RESOURCES.find((one) => path.endsWith(`/${one}`))
  if (resource === undefined) return JSON.stringify({ gitVersion: 'v1.36.3' })
  const apiVersion = apiVersionOf(resource)
  const { kind } = KINDS[resource]
  const empty = { apiVersion, kind: `${kind}List`, metadata: { resourceVersion: '7' }, items: [] }
  return served[`${apiVersion} ${kind}`] ?? JSON.stringify(empty)
}

/** Runs a command line as main.ts does, and keeps what it writes. */
async function runInProcess(argv: readonly string[]): Promise<Outcome> {
  const streams = { stdout: '', stderr: '' }
  const writes = { stdout: process.stdout.write, stderr: process.stderr.write }
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      streams[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
      const done = rest.findLast((one) => typeof one === 'function')
      if (typeof done === 'function') done()
      return true
    }) as typeof process.stdout.write
  const running = Object.create(process) as NodeJS.Process
  Object.defineProperty(running, 'exitCode', { value: 0, writable: true })
  try {
    await main(argv, running)
    return { code: Number(running.exitCode ?? 0), ...streams }
  } finally {
    process.stdout.write = writes.stdout
    process.stderr.write = writes.stderr
  }
}

function firstDifference(a: string, b: string): string {
  const [left, right] = [a.split('\n'), b.split('\n')]
  const at = left.findIndex((line, index) => line !== right[index])
  return `line ${at + 1}: ${left[at]?.slice(0, 200)} / ${right[at]?.slice(0, 200)}`
}
