import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const HERE = join(import.meta.dirname, '..')
const VERSION = 'v1.36.3'
const STAMP = 'k8s.io/component-base/version'
const FLAGS = [
  '-trimpath',
  `-ldflags=-s -w -X ${STAMP}.gitVersion=${VERSION} -X ${STAMP}.gitMajor=1 -X ${STAMP}.gitMinor=36`,
]

/** The Go modules to build from and the packages to build; one for each project, as their dependencies do not agree. */
type Modules = Readonly<Record<string, readonly string[]>>

const CONTROL_PLANE: Modules = {
  etcd: ['go.etcd.io/etcd/server/v3'],
  kwok: ['sigs.k8s.io/kwok/cmd/kwok'],
  kubernetes: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'].map(
    (name) => `k8s.io/kubernetes/cmd/${name}`,
  ),
}

/** What installs the plugins, and what its index checks manifests with. */
export const KREW: Modules = {
  krew: ['krew', 'validate-krew-manifest'].map((name) => `sigs.k8s.io/krew/cmd/${name}`),
}

/** Where the built programs are, by name: `etcd`, `kwok`, `kube-apiserver`, ... */
export type Binaries = (name: string) => string

/**
 * The programs of the control plane (or of other modules), built from the modules beside this folder where the cache does not hold them.
 * The cache is outside the tree and its key is all that the result depends on.
 * @throws Error that says what to install where Go is missing or does not build
 */
export function binaries(say: (text: string) => void, modules = CONTROL_PLANE): Binaries {
  const cache = join(
    process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    'kubectl-rollout-safety',
    cacheKey(modules),
  )
  if (!existsSync(cache)) build(cache, modules, say)
  return (name) => join(cache, name)
}

function cacheKey(modules: Modules): string {
  const hash = createHash('sha256').update(goVersion()).update(FLAGS.join(' '))
  for (const module of Object.keys(modules))
    for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(HERE, module, file)))
  return hash.digest('hex').slice(0, 16)
}

function goVersion(): string {
  try {
    return execFileSync('go', ['version'], { encoding: 'utf8' }).trim()
  } catch {
    throw new Error(
      'The control-plane tests build Kubernetes and need Go 1.26 or newer on PATH, which is not there.\n' +
        'Install it (https://go.dev/doc/install), or run only the unit tests: npm test.',
    )
  }
}

function build(cache: string, modules: Modules, say: (text: string) => void): void {
  mkdirSync(join(cache, '..'), { recursive: true })
  const unfinished = mkdtempSync(`${cache}.`)
  try {
    for (const [module, packages] of Object.entries(modules)) {
      const names =
        packages.length === 1 ? [module] : packages.map((name) => name.slice(name.lastIndexOf('/') + 1))
      say(`building ${names.join(', ')} (once${module === 'kubernetes' ? '; this takes minutes' : ''})`)
      // etcd's main package is named after its major version, so the name of one program is given.
      const output = packages.length === 1 ? join(unfinished, module) : `${unfinished}/`
      const { status } = spawnSync('go', ['build', ...FLAGS, '-o', output, ...packages], {
        cwd: join(HERE, module),
        env: { ...process.env, CGO_ENABLED: '0' },
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      if (status !== 0) throw new Error(`go build of ${module} failed; its reason stands above`)
    }
    // Another run may have finished first; both built the same.
    if (!existsSync(cache)) renameSync(unfinished, cache)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
