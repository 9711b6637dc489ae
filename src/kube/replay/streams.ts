import { Duplex, PassThrough, Writable } from 'node:stream'
import { Exec, PortForward } from '@kubernetes/client-node'
import type { ReplayedProbe } from '../../model/snapshot/replay.ts'
import { type StatusError, statusError } from '../api/status-error.ts'
import type { Connection } from '../api/transport.ts'

type PodName = Pick<ReplayedProbe, 'namespace' | 'pod'>

/** The server did not open the stream. */
export interface Refusal {
  readonly ok: false
  readonly error: StatusError
}

/** A connection to a port on localhost inside of a pod. */
export interface Forwarded {
  readonly ok: true
  readonly stream: Duplex
  /** What the node reports about the connection; undefined while it reports nothing. */
  error(): ForwardError | undefined
  /** Called when the node reports an error, and when the stream has ended. */
  onEnd(listener: () => void): void
  close(): void
}

/** Why a node could not forward a port, or no longer. */
export interface ForwardError {
  /**
   * `refused`: nothing listens; `hung-up`: the application closed the connection; `cut-off`: the stream ended without a
   * closing handshake, somewhere on the way to the node; `other`: nothing is known of it.
   */
  readonly code: 'refused' | 'hung-up' | 'cut-off' | 'other'
  /** The node's words; empty where it had none. */
  readonly text: string
}

/** The words of the node's runtime: containerd, CRI-O and socat have different ones. */
const FORWARD_ERRORS: readonly (readonly [ForwardError['code'], RegExp])[] = [
  ['refused', /connection refused/i],
  ['hung-up', /connection reset by peer|broken pipe|\bEOF\b/i],
]

/** Reads what a node wrote on the error stream. */
function forwardError(written: string): ForwardError | undefined {
  const text = written.trim()
  if (text === '') return undefined
  return { code: FORWARD_ERRORS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other', text }
}

/** The status that a command ended with, `metav1.Status`. */
export interface ExecStatus {
  readonly status?: string
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] }
}

/** A command that runs in a container. */
export interface Running {
  readonly ok: true
  /** Undefined where the stream ended without a status. */
  readonly status: Promise<ExecStatus | undefined>
  /** What it printed on both streams so far, at most 10 KiB. */
  output(): string
  close(): void
}

/** The part of a WebSocket that is used; client-node's own type is of the browser. */
interface Socket {
  readonly readyState: number
  /** `wasClean`: both sides said that they close (RFC 6455, section 7.1.4), as the API server does when the node has done so. */
  addEventListener(type: 'close', listener: (event: { readonly wasClean: boolean }) => void): void
  close(): void
  terminate?(): void
}

const stop = (socket: Socket): void => (socket.terminate === undefined ? socket.close() : socket.terminate())

const path = ({ namespace, pod }: PodName, subresource: string): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/${subresource}`

/** Connects to a port inside of a pod, as `kubectl port-forward` does (verbs get and create of pods/portforward). */
export async function forwardPort(
  connection: Connection,
  pod: PodName,
  port: number,
): Promise<Forwarded | Refusal> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let written = ''
  let cutOff = false
  const listeners: (() => void)[] = []
  const notify = () => {
    for (const listener of listeners) listener()
  }
  const errorStream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written = `${written}${chunk}`.slice(0, 2000)
      if (chunk.length > 0) notify()
      done()
    },
  })
  const forward = new PortForward(connection.streamConfig)
  const opened = await open(connection, path(pod, `portforward?ports=${port}`), () =>
    forward.portForward(
      encodeURIComponent(pod.namespace),
      encodeURIComponent(pod.pod),
      [port],
      output,
      errorStream,
      input,
    ),
  )
  if (!opened.ok) return opened
  const { socket } = opened
  socket.addEventListener('close', ({ wasClean }) => {
    cutOff = !wasClean
    output.end()
    notify()
  })
  const stream = Duplex.from({ writable: input, readable: output })
  // The reader sees the end; nobody listens to an error of the stream itself.
  stream.on('error', () => {})
  return {
    ok: true,
    stream,
    error: () => forwardError(written) ?? (cutOff ? { code: 'cut-off', text: '' } : undefined),
    onEnd: (listener) => {
      listeners.push(listener)
      if (written !== '' || output.writableEnded) listener()
    },
    close: () => stop(socket),
  }
}

/** As much of the output as the kubelet reads (docs/reference/probes.md#exec-output). */
export const OUTPUT_BYTES = 10 * 1024

/** Runs a command in a container, without a shell, as `kubectl exec` does (verbs get and create of pods/exec). */
export async function runCommand(
  connection: Connection,
  pod: PodName & { readonly container: string },
  command: readonly string[],
): Promise<Running | Refusal> {
  const chunks: Buffer[] = []
  let size = 0
  const collect = () =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (size < OUTPUT_BYTES) chunks.push(chunk.subarray(0, OUTPUT_BYTES - size))
        size += chunk.length
        done()
      },
    })
  let end: (status?: ExecStatus) => void = () => {}
  const status = new Promise<ExecStatus | undefined>((resolve) => {
    end = resolve
  })
  const exec = new Exec(connection.streamConfig)
  // Asked again without an upgrade the server runs nothing, it only says why not.
  const opened = await open(connection, path(pod, `exec?container=${pod.container}&command=true`), () =>
    exec.exec(
      encodeURIComponent(pod.namespace),
      encodeURIComponent(pod.pod),
      pod.container,
      [...command],
      collect(),
      collect(),
      null,
      false,
      (one) => end(one as ExecStatus),
    ),
  )
  if (!opened.ok) return opened
  const { socket } = opened
  socket.addEventListener('close', () => end())
  return {
    ok: true,
    status,
    output: () => Buffer.concat(chunks).toString('utf8'),
    close: () => stop(socket),
  }
}

type Opened = { readonly ok: true; readonly socket: Socket } | Refusal

/**
 * Opens a stream. A WebSocket client only learns the HTTP status of a refusal; the server's words are in the answer
 * to a plain GET of the same path, which it refuses for the same reason before it does anything.
 */
async function open(connection: Connection, path: string, begin: () => Promise<unknown>): Promise<Opened> {
  try {
    return { ok: true, socket: (await begin()) as Socket }
  } catch (thrown) {
    const message = (thrown as Partial<Error> | null)?.message || 'the stream was not opened'
    const code = Number(/\b([45]\d\d)\b/.exec(message)?.[1] ?? 0)
    if (code === 0) return { ok: false, error: { code, reason: '', message } }
    if (code !== 403 && code !== 404) return { ok: false, error: statusError(code, '') }
    const answer = await connection.get(path, 'text').catch(() => undefined)
    const error = answer === undefined || answer.ok ? undefined : answer.error
    return { ok: false, error: error?.code === code ? error : statusError(code, '') }
  }
}
