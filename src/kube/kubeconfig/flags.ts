import type { ClusterFields, UserFields } from './kubeconfig.ts'

/** kubectl's flags for reaching a cluster, under their own names, as the command line parser gives them. */
export interface ClusterFlags {
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
  readonly cluster?: string | undefined
  readonly user?: string | undefined
  readonly namespace?: string | undefined
  readonly server?: string | undefined
  readonly token?: string | undefined
  readonly as?: string | undefined
  readonly 'as-group'?: readonly string[] | undefined
  readonly 'as-uid'?: string | undefined
  readonly 'certificate-authority'?: string | undefined
  readonly 'client-certificate'?: string | undefined
  readonly 'client-key'?: string | undefined
  readonly 'insecure-skip-tls-verify'?: boolean | undefined
  readonly 'tls-server-name'?: string | undefined
  /** Seconds; 0 waits for ever. */
  readonly 'request-timeout'?: number | undefined
  /** Objects per page; 0 turns paging off. */
  readonly 'chunk-size'?: number | undefined
}

const without = <T extends object>(fields: T, ...keys: (keyof T)[]): T =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key as keyof T))) as T

/** A flag about trust replaces all that the kubeconfig says about it; `--server` also the name to verify by. */
export function withClusterFlags(fields: ClusterFields, flags: ClusterFlags): ClusterFields {
  const { server, 'tls-server-name': name, 'certificate-authority': ca } = flags
  const skip = flags['insecure-skip-tls-verify']
  let cluster = fields
  if (skip || ca)
    cluster = without(
      cluster,
      'certificate-authority',
      'certificate-authority-data',
      'insecure-skip-tls-verify',
    )
  if (skip) cluster = { ...cluster, 'insecure-skip-tls-verify': true }
  if (ca) cluster = { ...cluster, 'certificate-authority': ca }
  if (server) cluster = { ...without(cluster, 'tls-server-name'), server }
  return name ? { ...cluster, 'tls-server-name': name } : cluster
}

/** The user with what the flags say in the place of what the kubeconfig says. */
export function withUserFlags(fields: UserFields, flags: ClusterFlags): UserFields {
  const { token, as, 'as-group': groups = [], 'as-uid': uid } = flags
  const { 'client-certificate': certificate, 'client-key': key } = flags
  let user = fields
  if (token) user = { ...without(user, 'exec', 'auth-provider', 'tokenFile', 'username', 'password'), token }
  if (certificate) user = { ...without(user, 'client-certificate-data'), 'client-certificate': certificate }
  if (key) user = { ...without(user, 'client-key-data'), 'client-key': key }
  if (as) user = { ...user, as }
  if (groups.length > 0) user = { ...user, 'as-groups': groups }
  return uid ? { ...user, 'as-uid': uid } : user
}
