/** What an HTTP server answered, or failed to. */
export const HTTP_CLASSES = [
  'http.body.timeout',
  'http.body.short',
  'http.redirect.warn',
  'http.redirectloop',
  'http.status',
  'http.malformed',
  'http.h2c',
  'http.malformed.other',
] as const

/** Where the TLS handshake ended. */
export const TLS_CLASSES = [
  'tls.plainserver',
  'tls.notls',
  'tls.clientcert',
  'tls.handshake',
  'tls.sni',
  'tls.other',
] as const

/** What only gRPC probes say. */
export const GRPC_CLASSES = [
  'grpc.status',
  'grpc.http',
  'grpc.unimplemented',
  'grpc.notfound',
  'grpc.auth',
  'grpc.rpc',
  'grpc.timeout',
  'grpc.connect',
] as const

/** Why there was no connection, or no answer on it. */
export const NETWORK_CLASSES = [
  'net.refused',
  'net.noroute',
  'net.unreachable',
  'net.denied',
  'net.reset',
  'net.eof',
  'net.tlshandshake.timeout',
  'net.timeout.conn',
  'net.timeout.headers',
] as const

/** What only commands say: the runtime, or the command itself. */
export const EXEC_CLASSES = [
  'exec.timeout',
  'exec.gone',
  'exec.format',
  'exec.denied',
  'exec.missing',
  'exec.interpreter',
  'exec.runtime',
  'exec.output.tool',
  'exec.output.denied',
  'exec.output.file',
  'exec.empty',
  'exec.output',
] as const

/** What the kubelet cannot even try: no address yet, a host without one, a probe that cannot be carried out. */
export const UNSENT_CLASSES = ['noip', 'dns', 'port.unknown', 'port.range', 'handler.missing'] as const

/** The kinds of probe output that can be told apart; the names are those of docs/reference/probes.md#messages. */
export type ProbeMessageClass =
  | (typeof HTTP_CLASSES)[number]
  | (typeof TLS_CLASSES)[number]
  | (typeof GRPC_CLASSES)[number]
  | (typeof NETWORK_CLASSES)[number]
  | (typeof EXEC_CLASSES)[number]
  | (typeof UNSENT_CLASSES)[number]

/** Nothing came back: a slow application and dropped packets read the same. */
export const NO_ANSWER_CLASSES = ['net.timeout.headers', 'net.timeout.conn'] as const

/** The handlers whose attempts read like this: HTTP and TCP probes share the words of the network. */
export function handlerOf(name: ProbeMessageClass): 'exec' | 'grpc' | 'network' {
  if (includes(EXEC_CLASSES, name)) return 'exec'
  return includes(GRPC_CLASSES, name) ? 'grpc' : 'network'
}

/** Whether a class is one of these. */
export const includes = (classes: readonly ProbeMessageClass[], name: ProbeMessageClass): boolean =>
  classes.includes(name)
