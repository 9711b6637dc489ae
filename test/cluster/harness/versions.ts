import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A Kubernetes that the control-plane tests can be run against. */
export interface KubernetesVersion {
  /** As it is asked for: `1.36`. */
  readonly minor: string
  /** As it is released: `v1.36.3`. */
  readonly release: string
}

/** A wrong use of a script's flags: one sentence, exit code 2. */
export class UsageError extends Error {}

/** One Go module for each version; its go.mod says which release. */
const MODULES = join(import.meta.dirname, '..', 'kubernetes')

const number = ({ minor }: KubernetesVersion): number => Number(minor.split('.')[1])

/** Every version that has a folder in `test/cluster/kubernetes`, the oldest first. */
export const VERSIONS: readonly KubernetesVersion[] = readdirSync(MODULES)
  .map((minor) => ({ minor, release: releaseOf(minor) }))
  .sort((a, b) => number(a) - number(b))

function releaseOf(minor: string): string {
  const text = readFileSync(join(MODULES, minor, 'go.mod'), 'utf8')
  const [, release] = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(text) ?? []
  if (release === undefined)
    throw new Error(`test/cluster/kubernetes/${minor}/go.mod names no k8s.io/kubernetes`)
  return release
}

const [OLDEST] = VERSIONS
const NEWEST = VERSIONS.at(-1)
const MILLISECONDS_OF_A_DAY = 86_400_000

/** A version, and what is said of it before anything runs. */
export interface Choice {
  readonly version: KubernetesVersion
  readonly sentence: string
}

/**
 * The version that `--kubernetes` asks for: one of {@link VERSIONS}, the newest where nothing is asked for, and with
 * `by-date` the newest and the oldest in turn, by the day of `now` in UTC (the newest on even days since 1970).
 * @throws UsageError for any other word
 */
export function chooseKubernetes(asked: string | undefined, now: Date): Choice {
  if (NEWEST === undefined || OLDEST === undefined) throw new Error(`no version in ${MODULES}`)
  if (asked === undefined) return { version: NEWEST, sentence: `Kubernetes ${NEWEST.release}, the newest` }
  if (asked === 'by-date') {
    const isEven = Math.floor(now.getTime() / MILLISECONDS_OF_A_DAY) % 2 === 0
    const version = isEven ? NEWEST : OLDEST
    const day = now.toISOString().slice(0, 10)
    return {
      version,
      sentence: `Kubernetes ${version.release}: by date, ${day} (UTC) has the turn of the ${isEven ? 'newest' : 'oldest'}`,
    }
  }
  const version = VERSIONS.find(({ minor }) => minor === asked)
  if (version !== undefined) return { version, sentence: `Kubernetes ${version.release}` }
  const known = VERSIONS.map(({ minor }) => minor).join(', ')
  throw new UsageError(`--kubernetes takes ${known} or by-date, not ${asked === '' ? 'nothing' : asked}`)
}

/** `--kubernetes X` or `--kubernetes=X`, taken out of the arguments of a script that passes the others on. */
export function takeKubernetes(
  args: readonly string[],
  now: Date,
): Choice & { readonly others: readonly string[] } {
  const at = args.findIndex((word) => word === '--kubernetes' || word.startsWith('--kubernetes='))
  const word = args[at]
  if (word === undefined) return { ...chooseKubernetes(undefined, now), others: args }
  const isSeparate = word === '--kubernetes'
  const asked = isSeparate ? (args[at + 1] ?? '') : word.slice('--kubernetes='.length)
  const others = args.filter((_, index) => index !== at && !(isSeparate && index === at + 1))
  return { ...chooseKubernetes(asked, now), others }
}
