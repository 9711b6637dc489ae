import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Programs that the node needs, with the Debian package that has each. */
const PROGRAMS: Readonly<Record<string, string>> = {
  go: 'Go 1.26 (https://go.dev/doc/install)',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
  ip: 'iproute2',
  iptables: 'iptables',
  ldd: 'libc-bin',
  runc: 'runc',
  busybox: 'busybox-static',
  nginx: 'nginx-light',
  'mariadb-admin': 'mariadb-client',
}

/** Root's folders of programs are not on every user's PATH. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin']

/** The path of a program, or undefined. */
export const findProgram = (name: string): string | undefined =>
  FOLDERS.filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable)

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The path of a program that {@link whatIsMissing} has found to be there. */
export function program(name: string): string {
  const path = findProgram(name)
  if (path === undefined) throw new Error(`${name} is not on PATH`)
  return path
}

/** One sentence that says what this machine lacks for a node, or undefined. */
export function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux') return `A kubelet runs on Linux only, and this is ${process.platform}.`
  if (process.getuid?.() !== 0)
    return 'A kubelet starts containers, mounts volumes and makes networks, so npm run test:kubelet needs root.'
  const missing = Object.entries(PROGRAMS).filter(([name]) => findProgram(name) === undefined)
  if (missing.length === 0) return undefined
  const packages = [...new Set(missing.map(([, source]) => source))]
  return `The node needs ${missing.map(([name]) => name).join(', ')}; install ${packages.join(', ')} (Debian's packages, with apt-get install).`
}
