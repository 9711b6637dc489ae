import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cgroupOf, makeCgroup, removeCgroups } from './cgroups.ts'
import { program } from './requirements.ts'

const PREFIX = 'kubelet-test-'
const OWNER = 'owner.pid'

/** The address of the node: of a range that is reserved for documentation. */
export const NODE_ADDRESS = '192.0.2.2'

/** What the process inside gets to know from the one outside. */
export interface Inside {
  /** For everything that the run writes; removed at its end. */
  readonly directory: string
  /** The control group of all containers. */
  readonly cgroup: string
}

/**
 * Runs a command in namespaces of its own for processes, mounts and the network, and waits for it. Whatever it starts
 * or mounts ends with it, and it ends with this process, however that ends: the kernel sees to both.
 * @returns its exit code
 */
export async function runIsolated(command: readonly string[], variable: string): Promise<number> {
  removeLeftovers()
  const directory = mkdtempSync(join(tmpdir(), PREFIX))
  writeFileSync(join(directory, OWNER), `${process.pid}`)
  const cgroup = cgroupOf(process.pid)
  makeCgroup(cgroup)
  const inside: Inside = { directory, cgroup }
  const child = spawn(
    program('setpriv'),
    [
      ...['--pdeathsig', 'KILL', program('unshare')],
      ...['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
      // The shell is the first process of the namespace: it takes in those whose parents have ended.
      ...['sh', '-c', '"$@"; exit $?', 'sh', ...command],
    ],
    { stdio: 'inherit', env: { ...process.env, [variable]: JSON.stringify(inside) } },
  )
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let stopped = false
  const stop = () => {
    stopped = true
    child.kill('SIGKILL')
  }
  for (const signal of signals) process.on(signal, stop)
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (status) => resolve(status ?? 1))
    })
    return stopped ? 130 : code
  } finally {
    for (const signal of signals) process.off(signal, stop)
    await removeWhenFree(directory)
  }
}

/** The kernel frees mounts and groups a moment after the last process has ended. */
async function removeWhenFree(directory: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500))
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  removeCgroups()
}

/** What a run has left behind that was killed together with the process that would have cleaned up. */
function removeLeftovers(): void {
  removeCgroups()
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const directory = join(tmpdir(), name)
    if (!isAlive(directory)) rmSync(directory, { recursive: true, force: true })
  }
}

function isAlive(directory: string): boolean {
  try {
    process.kill(Number(readFileSync(join(directory, OWNER), 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

/**
 * To be called first inside: brings the network up, and lays folders of the run over those that a kubelet and a
 * container runtime write to.
 */
export function settleInside({ directory }: Inside): void {
  const run = (name: string, ...args: string[]) => execFileSync(program(name), args, { stdio: 'inherit' })
  run('ip', 'link', 'set', 'lo', 'up')
  run('ip', 'address', 'add', `${NODE_ADDRESS}/32`, 'dev', 'lo')
  for (const covered of ['/var/lib', '/var/log']) {
    const folder = join(directory, covered.slice(1))
    mkdirSync(folder, { recursive: true })
    run('mount', '--bind', folder, covered)
  }
  run('mount', '-t', 'tmpfs', 'run', '/run')
  // Volumes that containers share with the node need it.
  run('mount', '--make-rshared', '/')
}
