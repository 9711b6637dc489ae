import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { TARGETS, type Target, targetName } from './targets.ts'

const TEMPLATE = join(import.meta.dirname, '..', '..', 'plugin.yaml')

/** What the manifests of the plugins differ in; probe-check's own words are those of plugin.yaml. */
const OTHERS = [
  {
    name: 'drain-plan',
    shortDescription: 'Say what draining nodes would really do',
    description: `Simulates kubectl drain of one or more nodes: does it finish, which budget
blocks it, where do the pods land, in which order and waves to drain, what
to change first. Reads only.
`,
    caveats: `This plugin needs get and list on nodes, pods, budgets, workloads and volumes
in all namespaces. What it may not read, it says, and then its verdict is
Unknown where the rest does not suffice.
`,
  },
  {
    name: 'explain-events',
    shortDescription: 'Explain events as incidents, root cause first',
    description: `Groups the events of a namespace, an object or the cluster into incidents:
what happened, since when, why, whether it goes on, and what to do.
Reads only.
`,
    caveats: `This plugin needs get and list on events, pods, workloads and nodes, and get
on pods/log where logs are to be read. What it may not read, it says.
`,
  },
] as const

/** What kubectl calls the plugins. */
export const PLUGIN_NAMES = ['probe-check', ...OTHERS.map(({ name }) => name)]

/** A krew manifest, as far as this file writes it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly version: string
    readonly homepage: string
    readonly shortDescription: string
    readonly description: string
    readonly caveats: string
    readonly platforms: readonly Platform[]
  }
}

interface Platform {
  readonly selector: { readonly matchLabels: { readonly os: string; readonly arch: string } }
  readonly uri: string
  readonly sha256: string
  readonly bin: string
  readonly files: readonly { readonly from: string; readonly to: string }[]
}

/** Name of the executable in an archive: the same one for all plugins, which tells them apart by how it is called. */
export const executableName = ({ os }: Target): string =>
  `kubectl-rollout-safety${os === 'windows' ? '.exe' : ''}`

export const archiveName = (target: Target): string => `${packageJson.name}_${targetName(target)}.tar.gz`

/** Files that every archive holds beside the executable. */
export const PAPERS = ['LICENSE', 'THIRD-PARTY-LICENSES.txt', 'sbom.cdx.json'] as const

/**
 * The krew manifests of the three plugins.
 * @param sums the SHA-256 of an archive, in hex
 */
export function manifests(sums: (target: Target) => string): readonly Manifest[] {
  const template = parse(readFileSync(TEMPLATE, 'utf8')) as Manifest
  const { metadata, spec } = template
  const base = `${spec.homepage}/releases/download/v${packageJson.version}`
  const own = { name: metadata.name, ...spec }
  const others = OTHERS.map((other) => ({ ...other, caveats: other.caveats + completion(other.name) }))
  return [own, ...others].map(({ name, shortDescription, description, caveats }) => ({
    ...template,
    metadata: { name },
    spec: {
      version: `v${packageJson.version}`,
      homepage: spec.homepage,
      shortDescription,
      description,
      caveats,
      platforms: TARGETS.map((target) =>
        platform(name, target, `${base}/${archiveName(target)}`, sums(target)),
      ),
    },
  }))
}

function platform(name: string, target: Target, uri: string, sha256: string): Platform {
  const { os, arch } = target
  const bin = `kubectl-${name.replaceAll('-', '_')}${os === 'windows' ? '.exe' : ''}`
  return {
    selector: { matchLabels: { os, arch } },
    uri,
    sha256,
    bin,
    files: [{ from: executableName(target), to: bin }, ...PAPERS.map((paper) => ({ from: paper, to: '.' }))],
  }
}

/** krew links only `bin`: completion needs one more link, which the user makes. */
const completion = (name: string): string => {
  const file = name.replaceAll('-', '_')
  return `Shell completion needs one link, on a PATH that kubectl sees:
  ln -s kubectl-${file} "\${KREW_ROOT:-$HOME/.krew}/bin/kubectl_complete-${file}"
`
}

export const manifestText = (manifest: Manifest): string => stringify(manifest, { lineWidth: 0 })
