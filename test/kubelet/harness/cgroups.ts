import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const ROOT = '/sys/fs/cgroup'
const PREFIX = 'kubectl-rollout-safety-'

/** The folders of all hierarchies: one of version 2, one for each controller of version 1. */
const hierarchies = (): readonly string[] =>
  existsSync(join(ROOT, 'cgroup.controllers'))
    ? [ROOT]
    : readdirSync(ROOT, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(ROOT, name))

/** The name of the group that holds all containers of a run, in every hierarchy. */
export const cgroupOf = (pid: number): string => `${PREFIX}${pid}`

/** Makes the group of a run. */
export function makeCgroup(name: string): void {
  for (const hierarchy of hierarchies()) {
    const folder = join(hierarchy, name)
    mkdirSync(folder, { recursive: true })
    // A new group of version 1 has neither processors nor memory until somebody gives it some.
    for (const file of ['cpuset.cpus', 'cpuset.mems'])
      if (basename(hierarchy) === 'cpuset')
        writeFileSync(join(folder, file), readFileSync(join(hierarchy, file)))
  }
}

/** Removes the groups of this run and of those that were killed; another run may go on beside it. */
export function removeCgroups(): void {
  for (const hierarchy of hierarchies())
    for (const name of readdirSync(hierarchy))
      if (name.startsWith(PREFIX) && isOver(Number(name.slice(PREFIX.length)))) remove(join(hierarchy, name))
}

function isOver(pid: number): boolean {
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

function remove(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) remove(join(folder, entry.name))
  try {
    rmdirSync(folder)
  } catch {
    // The kernel has not let go of its last process yet; the next run removes it.
  }
}
