import { readFileSync } from 'node:fs'
import { type Cluster, KubeConfig } from '@kubernetes/client-node'
import { UserError } from '../../model/errors.ts'
import { shownUrl } from '../../model/text/shown-url.ts'
import { listed } from '../../model/text/words.ts'
import { clientUser, dataOf, impersonation } from './credentials.ts'
import { type ClusterFlags, withClusterFlags, withUserFlags } from './flags.ts'
import {
  type ClusterFields,
  type Env,
  type ExecFields,
  type KubeconfigFields,
  loadKubeconfig,
  type UserFields,
} from './kubeconfig.ts'
import { proxyFromEnv } from './proxy.ts'

/** How to reach the API server. */
export interface ClusterConfig {
  /** With exactly one context, which holds certificates and tokens themselves, no paths. */
  readonly kubeConfig: KubeConfig
  /** Without a slash at the end; may have a path. */
  readonly server: string
  /** The name of the context, else the server without its password: what reports call the cluster. */
  readonly name: string
  /** `-n`, else the context's, else `default`. */
  readonly namespace: string
  /** `Impersonate-*`. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** To be run for a token or a certificate before the first request. */
  readonly exec?: ExecFields
  readonly clusterFields: ClusterFields
  readonly proxy?: string
  /** Whether anything said which server to use; else it is kubectl's `http://localhost:8080`. */
  readonly configured: boolean
}

const NAME = 'kubectl-rollout-safety'

/**
 * The configuration that kubectl would use with these flags. Differences of client-node's own loading are evened out:
 * merging of several files, missing files, the CA of a cluster without a user, proxies of the environment.
 * Source: client-go tools/clientcmd/client_config.go.
 * @throws UserError for an unknown context, cluster or user, and for files that can't be read
 */
export function clusterConfig(flags: ClusterFlags, env: Env): ClusterConfig {
  const kubeconfig = loadKubeconfig(flags.kubeconfig, env)
  const isEmpty = kubeconfig.clusters.size === 0 && kubeconfig.contexts.size === 0
  const inCluster = isEmpty && !flags.server && !flags.kubeconfig ? serviceAccount(env) : undefined
  const chosen = inCluster ?? choose(kubeconfig, flags)
  const clusterFields = withClusterFlags(chosen.cluster, flags)
  const given = withUserFlags(chosen.user, flags)
  const server = serverUrl(clusterFields, given)
  // As kubectl: no credential of any kind goes over plain http (docs/reference/reading.md#credentials).
  const userFields = server.startsWith('https:') ? given : {}
  const proxy = proxyUrl(clusterFields['proxy-url']) ?? proxyFromEnv(new URL(server), env)
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromClusterAndUser(clientCluster(clusterFields, server, proxy), clientUser(NAME, userFields))
  return {
    kubeConfig,
    server,
    name: chosen.name ?? shownUrl(server),
    namespace: flags.namespace || chosen.namespace || 'default',
    headers: impersonation(userFields),
    ...(userFields.exec === undefined || userFields.exec === null ? {} : { exec: userFields.exec }),
    clusterFields,
    ...(proxy === undefined ? {} : { proxy }),
    configured: inCluster !== undefined || !isEmpty || Boolean(flags.server),
  }
}

interface Choice {
  readonly name?: string
  readonly namespace?: string
  readonly cluster: ClusterFields
  readonly user: UserFields
}

function choose(
  { contexts, clusters, users, currentContext }: KubeconfigFields,
  flags: ClusterFlags,
): Choice {
  const name = flags.context || currentContext
  const context = name === undefined ? undefined : named('context', name, contexts)
  if (context === undefined && contexts.size > 0 && !flags.server && !flags.cluster)
    throw new UserError('current-context is not set', `Choose one with --context: ${namesOf(contexts)}.`)
  const clusterName = flags.cluster || context?.cluster
  const userName = flags.user || context?.user
  return {
    ...(name === undefined ? {} : { name }),
    ...(context?.namespace ? { namespace: context.namespace } : {}),
    cluster: clusterName ? named('cluster', clusterName, clusters) : {},
    user: userName ? named('user', userName, users) : {},
  }
}

function named<T>(what: string, name: string, known: ReadonlyMap<string, T>): T {
  const found = known.get(name)
  if (found !== undefined) return found
  // kubectl calls a user "auth info" here, which nobody types.
  throw new UserError(
    `${what} "${name}" does not exist`,
    known.size === 0 ? `The kubeconfig has no ${what} at all.` : `The kubeconfig has: ${namesOf(known)}.`,
  )
}

const namesOf = (known: ReadonlyMap<string, unknown>): string => listed([...known.keys()].sort())

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Inside of a pod, without any kubeconfig: its service account. */
function serviceAccount(env: Env): Choice | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  if (!host || !port) return undefined
  try {
    const token = readFileSync(`${ACCOUNT}/token`, 'utf8').trim()
    return {
      namespace: readFileSync(`${ACCOUNT}/namespace`, 'utf8').trim(),
      cluster: {
        server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
        'certificate-authority': `${ACCOUNT}/ca.crt`,
      },
      user: { token },
    }
  } catch {
    return undefined
  }
}

/** Source: client-go rest/url_utils.go: without a scheme it is https where any TLS is configured. */
function serverUrl(cluster: ClusterFields, user: UserFields): string {
  const given = cluster.server || 'localhost:8080'
  const usesTls =
    cluster['certificate-authority'] ||
    cluster['certificate-authority-data'] ||
    cluster['insecure-skip-tls-verify'] ||
    user['client-certificate'] ||
    user['client-certificate-data']
  const url = given.includes('://') ? given : `${usesTls ? 'https' : 'http'}://${given}`
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UserError(`the server "${shownUrl(given)}" is not a URL`, 'Write it as https://HOST:PORT.')
  return url.replace(/\/+$/, '').replace(/^https?:/i, (scheme) => scheme.toLowerCase())
}

/**
 * The proxy of a kubeconfig. Source: client-go tools/clientcmd/client_config.go, which parses it and takes these schemes.
 * @throws UserError where it is not the URL of a proxy
 */
function proxyUrl(given: string | undefined): string | undefined {
  if (!given) return undefined
  if (!/^(https?|socks5h?):\/\//i.test(given) || !URL.canParse(given))
    throw new UserError(
      `the proxy-url "${shownUrl(given)}" is not a URL`,
      'Write it as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT.',
    )
  return given
}

function clientCluster(fields: ClusterFields, server: string, proxyUrl: string | undefined): Cluster {
  const isPlain = server.startsWith('http:')
  const insecure = fields['insecure-skip-tls-verify'] === true
  const ca = insecure ? undefined : dataOf(fields, 'certificate-authority')
  return {
    name: NAME,
    server,
    // client-node refuses plain http unless told not to verify.
    skipTLSVerify: insecure || isPlain,
    ...(ca === undefined ? {} : { caData: ca }),
    ...(fields['tls-server-name'] ? { tlsServerName: fields['tls-server-name'] } : {}),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  }
}
