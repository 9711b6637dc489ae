import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { type Result, runToEnd } from '../cluster/harness/processes.ts'

/** A plugin's run; `hung` where it had to be killed. */
export interface Run extends Result {
  readonly hung: boolean
}

/** Runs plugins: `drain-plan NODE -o json`. */
export interface Runner {
  run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Run>
  close(): void
}

/** Seconds after which a run hangs; `--request-timeout` ends each long before. */
const PATIENCE = 90

/** The source in a process of its own, which goes from one command line to the next. */
export function sourceRunner(): Runner {
  let child: ChildProcess | undefined
  let id = 0
  const close = () => {
    child?.kill('SIGKILL')
    child = undefined
  }
  return {
    close,
    run: (argv, env) =>
      new Promise((resolve) => {
        child ??= fork(join(import.meta.dirname, 'runner.ts'), {
          execArgv: ['--disable-warning=ExperimentalWarning'],
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
          env: { PATH: process.env['PATH'], HOME: '/nonexistent', NO_COLOR: '1' },
        })
        const own = ++id
        const one = child
        const end = (run: Run) => {
          clearTimeout(timer)
          one.off('message', onMessage)
          resolve(run)
        }
        const timer = setTimeout(() => {
          close()
          end({ code: -1, stdout: '', stderr: '', hung: true })
        }, PATIENCE * 1000)
        const onMessage = (message: unknown) => {
          const answer = message as Result & { readonly id: number }
          if (answer.id === own) end({ ...answer, hung: false })
        }
        one.on('message', onMessage)
        one.send({ id: own, argv, env })
      }),
  }
}

/** An installation: one process for each command line. */
export function installedRunner(folder: string): Runner {
  return {
    close: () => {},
    run: async ([plugin = '', ...args], env) => {
      const program = join(folder, `kubectl-${plugin.replaceAll('-', '_')}`)
      const options = {
        cwd: '/',
        env: { PATH: process.env['PATH'], HOME: '/nonexistent', NO_COLOR: '1', ...env },
      }
      const { killed, ...result } = await runToEnd(program, args, options, PATIENCE)
      return { ...result, hung: killed }
    },
  }
}
