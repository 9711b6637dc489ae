import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { parse } from 'yaml'
import { UserError } from '../../model/errors.ts'
import { withoutNulls } from '../../model/kubernetes/fields.ts'
import { access } from '../files/input/inputs.ts'
import { kubeconfigViolation } from './shape.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** An exec credential plugin. Source: client-go tools/clientcmd/api/v1/types.go ExecConfig. */
export interface ExecFields {
  readonly apiVersion?: string
  readonly command?: string
  readonly args?: readonly string[] | null
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null
  readonly installHint?: string
  readonly provideClusterInfo?: boolean
}

/** A cluster of a kubeconfig. Source: client-go tools/clientcmd/api/v1/types.go Cluster. */
export interface ClusterFields {
  readonly server?: string
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly 'tls-server-name'?: string
  readonly 'proxy-url'?: string
  readonly extensions?: readonly { readonly name: string; readonly extension: unknown }[]
}

/** A user of a kubeconfig. Source: client-go tools/clientcmd/api/v1/types.go AuthInfo. */
export interface UserFields {
  readonly token?: string
  readonly tokenFile?: string
  readonly 'client-certificate'?: string
  readonly 'client-certificate-data'?: string
  readonly 'client-key'?: string
  readonly 'client-key-data'?: string
  readonly username?: string
  readonly password?: string
  readonly as?: string
  readonly 'as-uid'?: string
  readonly 'as-groups'?: readonly string[]
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>
  readonly 'auth-provider'?: { readonly name: string; readonly config?: Readonly<Record<string, string>> }
  readonly exec?: ExecFields
}

interface ContextFields {
  readonly cluster?: string
  readonly user?: string
  readonly namespace?: string
}

/** Several kubeconfig files as one. Paths in it are absolute, or relative to the working directory. */
export interface KubeconfigFields {
  readonly currentContext?: string
  readonly clusters: ReadonlyMap<string, ClusterFields>
  readonly users: ReadonlyMap<string, UserFields>
  readonly contexts: ReadonlyMap<string, ContextFields>
  /** The files that were read; empty where none was there. */
  readonly files: readonly string[]
}

/**
 * Loads kubeconfig as kubectl does: the file of `--kubeconfig`, else those of `KUBECONFIG`, else `~/.kube/config`.
 * Files of the list that are missing are passed over; of two entries with one name the first counts, as does the
 * first current-context. Source: client-go tools/clientcmd/loader.go Load.
 * @throws UserError where the file of `--kubeconfig` is missing, or a file can't be understood
 */
export function loadKubeconfig(explicit: string | undefined, env: Env): KubeconfigFields {
  const files = explicit ? [explicit] : defaultFiles(env).filter((file) => existsSync(file))
  const [clusters, users, contexts] = [new Map(), new Map(), new Map()]
  let currentContext: string | undefined
  for (const file of files) {
    const raw = parseFile(file)
    const folder = dirname(file)
    addFirst(clusters, raw.clusters, 'cluster', (fields) =>
      withPaths(fields, ['certificate-authority'], folder),
    )
    addFirst(users, raw.users, 'user', (fields) => userWithPaths(fields, folder))
    addFirst(contexts, raw.contexts, 'context', (fields) => fields)
    currentContext ||= raw['current-context']
  }
  return { ...(currentContext ? { currentContext } : {}), clusters, users, contexts, files }
}

const defaultFiles = (env: Env): string[] =>
  env['KUBECONFIG']
    ? env['KUBECONFIG'].split(delimiter).filter((file) => file !== '')
    : [join(env['HOME'] || env['USERPROFILE'] || homedir(), '.kube', 'config')]

interface Named {
  readonly name?: string
  readonly [field: string]: unknown
}

interface RawFile {
  readonly clusters?: readonly Named[] | null
  readonly users?: readonly Named[] | null
  readonly contexts?: readonly Named[] | null
  readonly 'current-context'?: string
}

function parseFile(file: string): RawFile {
  const text = access(file, () => readFileSync(file, 'utf8'))
  let raw: unknown
  try {
    raw = parse(text, { logLevel: 'error', prettyErrors: true })
  } catch (error) {
    throw badFile(file, (error as Error).message.split('\n')[0] ?? '')
  }
  if (raw === null) return {}
  if (typeof raw !== 'object' || Array.isArray(raw)) throw badFile(file, 'it is not a kubeconfig')
  const violation = kubeconfigViolation(raw)
  if (violation !== undefined) throw badFile(file, violation)
  return withoutNulls(raw) as RawFile
}

const badFile = (file: string, reason: string): UserError =>
  new UserError(`error loading config file "${file}": ${reason}`, 'Choose another file with --kubeconfig.')

function addFirst<T extends object>(
  known: Map<string, T>,
  list: readonly Named[] | null | undefined,
  key: string,
  adapt: (fields: T) => T,
): void {
  for (const entry of list ?? [])
    if (typeof entry?.name === 'string' && !known.has(entry.name))
      known.set(entry.name, adapt((entry[key] ?? {}) as T))
}

/** Paths in a kubeconfig are relative to its folder. */
const withPaths = <T extends object>(fields: T, keys: readonly (keyof T)[], folder: string): T => {
  const absolute: Partial<T> = {}
  for (const key of keys) {
    const path = fields[key]
    if (typeof path === 'string' && path !== '' && !isAbsolute(path))
      absolute[key] = join(folder, path) as never
  }
  return { ...fields, ...absolute }
}

function userWithPaths(fields: UserFields, folder: string): UserFields {
  const user = withPaths(fields, ['client-certificate', 'client-key', 'tokenFile'], folder)
  // A bare command is looked up in PATH; one with a slash is a path.
  return user.exec?.command && /[/\\]/.test(user.exec.command)
    ? { ...user, exec: withPaths(user.exec, ['command'], folder) }
    : user
}
