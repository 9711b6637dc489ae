/**
 * Runs command lines of the plugins one after the other in one process, so that thousands are tried in minutes: a
 * message is a command line, the answer what it printed and its exit code.
 */
import { main } from '../../src/commands/shared/run.ts'

interface Task {
  readonly id: number
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const printed = { stdout: '', stderr: '' }
for (const name of ['stdout', 'stderr'] as const)
  process[name].write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    printed[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    const done = rest.at(-1)
    if (typeof done === 'function') done()
    return true
  }) as typeof process.stdout.write

let last: Promise<void> = Promise.resolve()
process.on('message', ({ id, argv, env }: Task) => {
  last = last.then(async () => {
    Object.assign(printed, { stdout: '', stderr: '' })
    Object.assign(process.env, env)
    process.exitCode = undefined
    await main(argv, process)
    const code = process.exitCode ?? 0
    process.exitCode = undefined
    process.send?.({ id, code, ...printed })
  })
})
// What nobody catches would end a plugin with a stack trace.
process.on('uncaughtException', (error) => {
  printed.stderr += `uncaught: ${error.stack}\n`
})
