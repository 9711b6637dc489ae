import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** A program in the background, with its output in a file. */
export interface Running {
  readonly name: string
  readonly log: string
  /** The exit code once it has ended; a program of the control plane should not. */
  ended(): number | undefined
  kill(): void
}

/** Starts a program in a process group of its own, so that nothing of it outlives the run. */
export function start(name: string, program: string, args: readonly string[], directory: string): Running {
  const log = join(directory, `${name}.log`)
  const out = openSync(log, 'a')
  const child: ChildProcess = spawn(program, args, {
    stdio: ['ignore', out, out],
    cwd: directory,
    detached: true,
  })
  let code: number | undefined
  child.on('exit', (status) => {
    code = status ?? -1
  })
  return {
    name,
    log,
    ended: () => code,
    kill: () => {
      try {
        if (code === undefined && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has gone by itself.
      }
    },
  }
}

/** The last lines of a log, for a failure's message. */
export const tail = ({ name, log }: Running, lines = 15): string =>
  `--- ${name}\n${readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')}`

/** Ports of the loopback interface that nothing listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * Waits until `check` gives something, and returns that.
 * @throws Error that names what was waited for, after `seconds`
 */
export async function eventually<T>(
  what: string,
  check: () => T | undefined | Promise<T | undefined>,
  seconds = 30,
): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const found = await check()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`)
    await sleep(100)
  }
}

export interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface TimedResult extends Result {
  /** True where it was ended because its time was over. */
  readonly killed: boolean
}

/** Runs a program to its end, while others run. */
export function runToEnd(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  seconds: number,
): Promise<TimedResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    let killed = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const timer = setTimeout(() => {
      killed = true
      child.kill('SIGKILL')
    }, seconds * 1000)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? -1, stdout, stderr, killed })
    })
  })
}
