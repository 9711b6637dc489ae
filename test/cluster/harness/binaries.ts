import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { KubernetesVersion } from './versions.ts'

const HERE = join(import.meta.dirname, '..')

/** Programs that are built together, from one Go module. */
export interface GoPrograms {
  /** The folder of its go.mod and go.sum, in `parent`. One for each project: their dependencies do not agree. */
  readonly module: string
  /** `test/cluster` unless told. */
  readonly parent?: string
  /** The main packages, by the names of their programs. */
  readonly packages: Readonly<Record<string, string>>
  /** What `-ldflags` gets besides `-s -w`. */
  readonly linkerFlags?: readonly string[]
  /** What `-tags` gets. */
  readonly tags?: readonly string[]
}

/** Some of Kubernetes' programs, of one version, which they also know themselves. */
export function kubernetesPrograms(
  { minor, release }: KubernetesVersion,
  names: readonly string[],
): GoPrograms {
  const stamp = 'k8s.io/component-base/version'
  const [major, number] = minor.split('.')
  return {
    module: `kubernetes/${minor}`,
    packages: Object.fromEntries(names.map((name) => [name, `k8s.io/kubernetes/cmd/${name}`])),
    linkerFlags: [
      `-X ${stamp}.gitVersion=${release}`,
      `-X ${stamp}.gitMajor=${major}`,
      `-X ${stamp}.gitMinor=${number}`,
    ],
  }
}

/** etcd, kwok as all kubelets, and what is of the version. */
export const controlPlanePrograms = (version: KubernetesVersion): readonly GoPrograms[] => [
  { module: 'etcd', packages: { etcd: 'go.etcd.io/etcd/server/v3' } },
  { module: 'kwok', packages: { kwok: 'sigs.k8s.io/kwok/cmd/kwok' } },
  kubernetesPrograms(version, ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl']),
]

/** What installs the plugins, and what its index checks manifests with. */
export const KREW: GoPrograms = {
  module: 'krew',
  packages: {
    krew: 'sigs.k8s.io/krew/cmd/krew',
    'validate-krew-manifest': 'sigs.k8s.io/krew/cmd/validate-krew-manifest',
  },
}

/** Where a built program is, by its name: `etcd`, `kwok`, `kube-apiserver`, ... */
export type Binaries = (name: string) => string

/**
 * Builds programs where the cache does not hold them. The cache is outside the tree, with a folder for each set, whose
 * name is all that the result depends on.
 * @throws Error that says what to install where Go is missing or does not build
 */
export function binaries(say: (text: string) => void, sets: readonly GoPrograms[]): Binaries {
  const root = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kubectl-rollout-safety')
  const go = goVersion()
  const paths = new Map<string, string>()
  for (const set of sets) {
    const cache = join(root, `${set.module.replace('/', '-')}-${cacheKey(go, set)}`)
    if (!existsSync(cache)) build(cache, set, say)
    for (const name of Object.keys(set.packages)) paths.set(name, join(cache, name))
  }
  return (name) => {
    const path = paths.get(name)
    if (path === undefined) throw new Error(`${name} is none of the programs that were built`)
    return path
  }
}

const buildFlags = ({ linkerFlags = [], tags = [] }: GoPrograms): readonly string[] => [
  '-trimpath',
  `-ldflags=${['-s -w', ...linkerFlags].join(' ')}`,
  ...(tags.length === 0 ? [] : [`-tags=${tags.join(',')}`]),
]

const folderOf = ({ module, parent = HERE }: GoPrograms): string => join(parent, module)

/** What programs are built from: go.mod and go.sum, and the source that is ours. */
const sourcesOf = (set: GoPrograms): readonly string[] =>
  readdirSync(folderOf(set), { encoding: 'utf8', recursive: true })
    .filter((name) => /^go\.(mod|sum)$|\.go$/.test(name))
    .sort()

function cacheKey(go: string, set: GoPrograms): string {
  const hash = createHash('sha256').update(go).update(buildFlags(set).join(' '))
  hash.update(JSON.stringify(set.packages))
  for (const file of sourcesOf(set)) hash.update(readFileSync(join(folderOf(set), file)))
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

function build(cache: string, set: GoPrograms, say: (text: string) => void): void {
  mkdirSync(join(cache, '..'), { recursive: true })
  const unfinished = mkdtempSync(`${cache}.`)
  const [names, packages] = [Object.keys(set.packages), Object.values(set.packages)]
  try {
    const isLarge = set.module.startsWith('kubernetes/')
    say(`building ${names.join(', ')} of ${set.module} (once${isLarge ? '; this takes minutes' : ''})`)
    // etcd's main package is named after its major version, so the name of one program is given.
    const output = names.length === 1 ? join(unfinished, `${names[0]}`) : `${unfinished}/`
    const { status } = spawnSync('go', ['build', ...buildFlags(set), '-o', output, ...packages], {
      cwd: folderOf(set),
      env: { ...process.env, CGO_ENABLED: '0' },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    if (status !== 0) throw new Error(`go build of ${set.module} failed; its reason stands above`)
    // Another run may have finished first; both built the same.
    if (!existsSync(cache)) renameSync(unfinished, cache)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
