import type * as http from 'node:http'
import type * as https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { KubeConfig } from '@kubernetes/client-node'
import { LONGEST_TIMER, rfc3339 } from '../../model/text/time.ts'
import { type ClusterConfig, clusterConfig } from '../kubeconfig/config.ts'
import { execCredential } from '../kubeconfig/exec-plugin.ts'
import type { ClusterFlags } from '../kubeconfig/flags.ts'
import type { Env } from '../kubeconfig/kubeconfig.ts'
import { connectionFailure, TimeOver, unableToConnect } from './connection-failure.ts'
import type { Endpoint } from './endpoint.ts'
import { LIMITS, type Limits, readingSeconds } from './limits.ts'
import { beginReading, TooLong } from './reading.ts'
import { type Response, send } from './request.ts'
import { cut, notTheAnswer, type StatusError, statusError } from './status-error.ts'

/** The answer to one GET: the body as it was sent, or the refusal. */
export type Answer =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly error: StatusError; readonly retryAfterSeconds?: number }

/** An API server that can be read. Nothing is sent before the first `get`. */
export interface Connection {
  /** What reports call the cluster: the context, else the server. */
  readonly name: string
  /** The namespace to look at where the user names none. */
  readonly namespace: string
  /** Objects per page; 0 for no paging. */
  readonly chunkSize: number
  readonly endpoint: Endpoint
  readonly limits: Limits
  /** Begins a reading: all `get` until the next one share its time and its bytes. */
  beginReading(): void
  /**
   * GETs a path such as `/api/v1/pods?limit=500`. Refusals are answers, and so is what is not of the format, or longer
   * than `mostBytes`. `metadata` asks for nothing but the metadata of the objects.
   * @throws UserError where there is no answer at all
   */
  get(path: string, format?: Format, mostBytes?: number): Promise<Answer>
  /**
   * GETs a log: of a body of any length no more than the last `bytes` are kept. `signal` ends it, with whatever its
   * reason is.
   * @throws UserError where there is no answer at all, or one that is no log
   */
  getLog(path: string, bytes: number, signal: AbortSignal): Promise<Answer>
  /** The same server, proxy and user, for the streams of client-node. */
  readonly streamConfig: KubeConfig
  /** `--request-timeout`; 0 waits for ever. */
  readonly timeoutSeconds: number
  /** The server's clock at its last answer, RFC 3339. */
  serverTime(): string | undefined
  /** Gives the sockets back. */
  close(): void
}

const DEFAULT_CHUNK_SIZE = 500

type Format = 'json' | 'text' | 'metadata'
const JSON_OR_ANY = 'application/json, */*'
const ACCEPT: Readonly<Record<Format, string>> = {
  json: JSON_OR_ANY,
  text: JSON_OR_ANY,
  metadata: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
}

/**
 * Prepares the connection that kubectl would use with these flags and this environment.
 * @throws UserError for a kubeconfig that can't be used or an exec plugin that fails
 */
export async function connect(flags: ClusterFlags, env: Env, limits = LIMITS): Promise<Connection> {
  const config = clusterConfig(flags, env)
  const timeoutSeconds = flags['request-timeout'] ?? 0
  const seconds = readingSeconds(limits, timeoutSeconds)
  const { kubeConfig, server, exec, clusterFields } = config
  const user = kubeConfig.users[0]
  if (exec !== undefined && user !== undefined) {
    const credential = await execCredential(exec, clusterFields, server, env, seconds)
    const base64 = (pem: string | undefined) => pem && Buffer.from(pem).toString('base64')
    Object.assign(user, {
      token: credential.token ?? user.token,
      certData: base64(credential.clientCertificateData) ?? user.certData,
      keyData: base64(credential.clientKeyData) ?? user.keyData,
    })
  }
  const certificate = user?.certData && Buffer.from(user.certData, 'base64').toString()
  const endpoint: Endpoint = {
    server,
    configured: config.configured,
    ...(config.proxy === undefined ? {} : { proxy: config.proxy }),
    ...(certificate ? { certificate } : {}),
  }
  const options = await requestOptions(config, endpoint, seconds)
  let reading = beginReading(limits, seconds)
  let date: string | undefined
  return {
    name: config.name,
    namespace: config.namespace,
    chunkSize: flags['chunk-size'] ?? DEFAULT_CHUNK_SIZE,
    endpoint,
    limits,
    beginReading: () => {
      reading = beginReading(limits, seconds)
    },
    streamConfig: streamConfig(kubeConfig, options, timeoutSeconds),
    timeoutSeconds,
    serverTime: () => date,
    close: () => (options.agent as http.Agent).destroy(),
    get: async (path, format = 'json', mostBytes = limits.answerBytes) => {
      const headers = { ...options.headers, accept: ACCEPT[format] } as http.OutgoingHttpHeaders
      const patience = { timeoutSeconds, reading, connecting: limits, mostBytes }
      try {
        const response = await send(new URL(server + path), { ...options, headers }, patience)
        date = timeOf(response.headers.date) ?? date
        const answered = await answer(response, format, mostBytes)
        if (answered.ok) patience.reading.spend(answered.body.length)
        return answered
      } catch (error) {
        if (error instanceof TooLong) return { ok: false, error: notTheAnswer(error.message) }
        throw connectionFailure(error, endpoint)
      }
    },
    getLog: async (path, lastBytes, signal) => {
      // The end of a compressed text says nothing.
      const headers = { ...options.headers, accept: '*/*', 'accept-encoding': 'identity' }
      const patience = { timeoutSeconds, reading, connecting: limits, signal, lastBytes }
      try {
        return logAnswer(await send(new URL(server + path), { ...options, headers }, patience))
      } catch (error) {
        signal.throwIfAborted()
        throw connectionFailure(error, endpoint)
      }
    },
  }
}

/** TLS, proxy and authorization of client-node, and one agent that keeps its connections. */
async function requestOptions(
  config: ClusterConfig,
  endpoint: Endpoint,
  seconds: number,
): Promise<https.RequestOptions> {
  const options: https.RequestOptions = {}
  try {
    // An auth provider may ask a server of its own.
    await within(seconds, config.kubeConfig.applyToHTTPSOptions(options))
  } catch (error) {
    throw connectionFailure(error, endpoint)
  }
  // client-node's agents open a connection for each request unless told otherwise.
  Object.assign(options.agent as object, { keepAlive: true, maxSockets: 16 })
  return {
    ...options,
    headers: {
      ...options.headers,
      ...config.headers,
      'accept-encoding': 'gzip',
      'user-agent': 'kubectl-rollout-safety',
    } as http.OutgoingHttpHeaders,
  }
}

async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  const late = new AbortController()
  const timer = sleep(Math.min(seconds * 1000, LONGEST_TIMER), undefined, { signal: late.signal }).then(
    () => {
      throw new TimeOver('READING_TIMEOUT', seconds)
    },
  )
  try {
    return await Promise.race([work, timer])
  } finally {
    timer.catch(() => {})
    late.abort()
  }
}

/** client-node asks the KubeConfig for the options of each WebSocket, and knows nothing of impersonation. */
function streamConfig(
  kubeConfig: KubeConfig,
  { headers, ...options }: https.RequestOptions,
  timeoutSeconds: number,
): KubeConfig {
  const { accept: _accept, 'accept-encoding': _encoding, ...own } = headers as http.OutgoingHttpHeaders
  const handshakeTimeout = (timeoutSeconds || LIMITS.connectSeconds) * 1000
  return Object.assign(Object.create(kubeConfig) as KubeConfig, {
    applyToHTTPSOptions: async (target: object) => {
      Object.assign(target, options, { headers: own, handshakeTimeout })
    },
  })
}

const unzip = promisify(gunzip)

async function answer(response: Response, format: Format, mostBytes: number): Promise<Answer> {
  const body = await unzipped(response, mostBytes)
  if (body === undefined)
    return { ok: false, error: notTheAnswer('the answer of the server is no whole gzip') }
  const { code, headers } = response
  if (code !== 200) return refusal({ ...response, body })
  const type = headers['content-type'] ?? ''
  if (format === 'text' || /\bjson\b/i.test(type)) return { ok: true, body }
  const given = type === '' ? 'no content type' : cut(type, 60)
  return { ok: false, error: notTheAnswer(`the server answered with ${given}, not with JSON`) }
}

/** Undefined for what is not whole. */
async function unzipped({ headers, body }: Response, mostBytes: number): Promise<Buffer | undefined> {
  if (headers['content-encoding'] !== 'gzip') return body
  try {
    return await unzip(body, { maxOutputLength: mostBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new TooLong('the answer of the server is', mostBytes)
    return undefined
  }
}

function refusal({ code, headers, body }: Response): Answer {
  const retry = Number(headers['retry-after'])
  const error = statusError(code, body.toString('utf8', 0, 1024 * 1024))
  return { ok: false, error, ...(retry >= 0 ? { retryAfterSeconds: retry } : {}) }
}

/** The API server names every log `text/plain`. Source: registry/core/pod/rest/log.go LogREST.Get. */
function logAnswer(response: Response): Answer {
  const { code, headers, body } = response
  if (code !== 200) return refusal(response)
  const type = headers['content-type']
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    throw unableToConnect(
      `it sends a log as ${cut(headers['content-encoding'], 60)}, which was not asked for`,
    )
  if (type !== undefined && !/^text\/plain\b/i.test(type))
    throw unableToConnect(`it answers with ${cut(type, 60)} in the place of a log`)
  return { ok: true, body }
}

const timeOf = (header: string | undefined): string | undefined => {
  const at = Date.parse(header ?? '')
  return Number.isNaN(at) ? undefined : rfc3339(at)
}
