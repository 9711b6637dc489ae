import type { ProbeMessageClass } from './probe-classes.ts'

export interface ProbeMessagePattern {
  readonly class: ProbeMessageClass
  /** Matched against the text after the colon. Groups `status`, `port` and `name` become fields of the message. */
  readonly pattern: RegExp
  readonly meaning: string
}

/** The runtime could not even start the command: containerd, CRI-O, dockershim and their predecessors. */
const START = '(?:failed to start exec|OCI runtime exec failed|oci runtime error|command error:|exec failed)'

/**
 * All that runc writes, as the output of the command, where the kernel refuses a file that runc had found
 * (docs/reference/probes.md#exec-refused).
 */
const refusedBy = (error: string): string => `^exec (?<name>\\S+): ${error}\\s*$`

/** What the kubelet's own HTTP and TCP clients begin with; the output of a command in a container seldom does. */
const NET = '^(?:Get |Head |dial |read |write |remote error)'

/**
 * The order is the policy: the first match wins (docs/reference/probes.md#classification). Exact texts stand before
 * general ones, so that a gRPC connect problem is not taken for an HTTP timeout because both end in "context deadline
 * exceeded".
 */
export const PROBE_MESSAGE_PATTERNS: readonly ProbeMessagePattern[] = [
  {
    class: 'http.body.timeout',
    pattern: /while reading body/,
    meaning: 'the headers came in time, the body did not',
  },
  {
    class: 'http.body.short',
    pattern: /^(?:Get .*)?unexpected EOF$/,
    meaning: 'the body is shorter than its Content-Length',
  },
  {
    class: 'http.redirect.warn',
    pattern: /^Probe terminated redirects/,
    meaning: 'redirected to another host, which counts as success',
  },
  {
    class: 'http.redirectloop',
    pattern: /stopped after 10 redirects/,
    meaning: 'the server redirects in a circle',
  },
  {
    class: 'http.status',
    pattern: /^HTTP probe failed with statuscode: (?<status>\d+)/,
    meaning: 'the server answered with a status outside of 200 to 399',
  },
  {
    class: 'tls.plainserver',
    pattern: /server gave HTTP response to HTTPS client/,
    meaning: 'HTTPS was sent to a server that speaks plain HTTP',
  },
  {
    class: 'http.malformed',
    pattern: /malformed HTTP response "\\x15\\x03/,
    meaning: 'plain HTTP was sent to a server that speaks TLS',
  },
  {
    class: 'tls.notls',
    pattern: /first record does not look like a TLS handshake|tls: oversized record received/,
    meaning: 'HTTPS was sent to a server that speaks neither TLS nor HTTP',
  },
  {
    class: 'tls.clientcert',
    pattern: /tls: (?:certificate required|bad certificate|unknown certificate authority)/,
    meaning: 'the server wants a client certificate, which a probe cannot present',
  },
  {
    class: 'tls.handshake',
    pattern: /tls: handshake failure/,
    meaning: 'the server ended the handshake, as it does where it wants a client certificate',
  },
  {
    class: 'tls.sni',
    pattern: /tls: unrecognized name/,
    meaning: 'the server insists on a server name, and a probe of an IP address sends none',
  },
  {
    class: 'http.h2c',
    pattern: /malformed HTTP response "\\x00\\x00.{1,4}?\\x04/,
    meaning: 'the server speaks HTTP/2 without TLS, as gRPC does',
  },
  {
    class: 'http.malformed.other',
    pattern: /malformed (?:HTTP|MIME)/,
    meaning: 'the server speaks some other protocol than HTTP',
  },
  {
    class: 'grpc.status',
    pattern: /^service unhealthy \(responded with "(?<name>\w+)"\)/,
    meaning: 'the health service answered that it does not serve',
  },
  {
    class: 'grpc.http',
    pattern: /does not implement the grpc health protocol.*unexpected HTTP status code/s,
    meaning: 'the server answered in HTTP and not in gRPC',
  },
  {
    class: 'grpc.unimplemented',
    pattern: /does not implement the grpc health protocol/,
    meaning: 'the gRPC server has no health service',
  },
  {
    class: 'grpc.notfound',
    pattern: /^error: health rpc probe failed: rpc error: code = NotFound/,
    meaning: 'the health service does not know the service that the probe names',
  },
  {
    class: 'grpc.auth',
    pattern: /^error: health rpc probe failed: rpc error: code = (?<name>Unauthenticated|PermissionDenied)/,
    meaning: 'the health service wants credentials, which a probe does not send',
  },
  {
    class: 'grpc.rpc',
    pattern: /^error: health rpc probe failed(?:: rpc error: code = (?<name>\w+))?/,
    meaning: 'the health call failed inside the server',
  },
  {
    class: 'grpc.timeout',
    pattern: /^timeout: health rpc did not complete within/,
    meaning: 'connected, but the health call took too long',
  },
  {
    class: 'grpc.connect',
    pattern: /^(?:timeout|error): failed to connect service/,
    meaning: 'no gRPC connection: closed port, TLS, plain HTTP or dropped packets all read like this',
  },
  {
    class: 'noip',
    pattern: /dial tcp :\d+: connect: connection refused/,
    meaning: 'the pod had no IP yet, so the node itself was probed',
  },
  {
    class: 'dns',
    pattern: new RegExp(`${NET}.*lookup (?<name>[^\\s:]+).*: (?:no such host|server misbehaving)`, 's'),
    meaning: 'the host name of the probe does not resolve on the node',
  },
  {
    class: 'net.refused',
    pattern: new RegExp(`${NET}.*(?:connection refused|actively refused it)`, 's'),
    meaning: 'nothing accepts connections on that address and port',
  },
  {
    class: 'net.noroute',
    pattern: new RegExp(`${NET}.*(?:no route to host|host is unreachable|host is down)`, 's'),
    meaning: 'the node has no working route to the pod',
  },
  {
    class: 'net.unreachable',
    pattern: new RegExp(
      `${NET}.*(?:network is unreachable|invalid argument|cannot assign requested address)`,
      's',
    ),
    meaning: 'the node has no route to that network',
  },
  {
    class: 'net.denied',
    pattern: new RegExp(`${NET}.*(?:connect: permission denied|operation not permitted)`, 's'),
    meaning: 'a policy on the node forbids the connection',
  },
  {
    class: 'net.reset',
    pattern: new RegExp(`${NET}.*(?:connection reset by peer|broken pipe|forcibly closed)`, 's'),
    meaning: 'the server cut the connection off',
  },
  {
    class: 'net.eof',
    pattern: new RegExp(`${NET}.*(?:\\bEOF$|server closed idle connection)|^EOF$`, 's'),
    meaning: 'the server closed the connection before it answered',
  },
  {
    class: 'net.tlshandshake.timeout',
    pattern: /TLS handshake timeout/,
    meaning: 'the TLS handshake was never finished',
  },
  {
    class: 'net.timeout.conn',
    pattern: new RegExp(
      `${NET}.*(?:i/o timeout|canceled while waiting for connection|operation timed out|connection timed out)`,
      's',
    ),
    meaning: 'no connection in time',
  },
  {
    class: 'exec.timeout',
    pattern: /^command timed out(?:$|: )|^command ".*" timed out|^rpc error: code = DeadlineExceeded/s,
    meaning: 'the command did not end in time',
  },
  {
    class: 'exec.gone',
    pattern:
      /CONTAINER_EXITED state|container is not created or running|cannot exec in a stopped|task \S+ not found|container not running|Container \S+ is not running|no running task found|No such (?:exec instance|container)/i,
    meaning: 'the container had just ended',
  },
  {
    class: 'exec.format',
    pattern: new RegExp(`${START}.*exec format error|${refusedBy('exec format error')}`, 's'),
    meaning: 'the command is for another processor, or is a script without a first line #!',
  },
  {
    class: 'exec.interpreter',
    pattern: new RegExp(refusedBy('no such file or directory')),
    meaning: 'the command is there, and what its first line or its loader names is not',
  },
  {
    class: 'exec.denied',
    pattern: new RegExp(
      `${START}(?:.*exec: \\\\?"(?<name>[^"\\\\]*)\\\\?")?.*(?:permission denied|operation not permitted)|^exec \\S+: permission denied\\s*$`,
      's',
    ),
    meaning: 'the command may not be executed',
  },
  {
    class: 'exec.missing',
    pattern: new RegExp(
      `${START}(?:.*exec: \\\\?"(?<name>[^"\\\\]*)\\\\?")?.*(?:executable file not found|no such file or directory|is a directory)`,
      's',
    ),
    meaning: 'the command does not exist in the image',
  },
  {
    class: 'exec.runtime',
    pattern: new RegExp(
      `${START}|^rpc error: code =|failed to exec in container|failed to drain exec process`,
    ),
    meaning: 'the container runtime could not run the command',
  },
  {
    class: 'net.timeout.headers',
    pattern: /Client\.Timeout|^(?:Get .*)?context deadline exceeded/s,
    meaning: 'no answer in time: a slow application or dropped packets',
  },
  {
    class: 'tls.other',
    pattern: new RegExp(`${NET}.*\\b(?:tls|x509): `, 's'),
    meaning: 'the TLS handshake failed',
  },
  {
    class: 'port.unknown',
    pattern: /^(?:strconv\.(?:Atoi|ParseInt): parsing|port) "(?<name>.*?)"(?:: invalid syntax| not found)/,
    meaning: 'the container declares no port of that name',
  },
  {
    class: 'port.range',
    pattern: /^invalid port number: (?<port>-?\d+)/,
    meaning: 'the port is not between 1 and 65535',
  },
  { class: 'handler.missing', pattern: /missing probe handler/, meaning: 'the probe says nothing to do' },
  {
    class: 'exec.output.tool',
    pattern:
      /(?:^|\n)(?:\S*sh|env): (?:line )?(?:\d+: )?(?:\d+: )?['"‘]?(?<name>[^\s:'"’]+)['"’]?:? (?:command )?not found|(?:^|\n)env: .*No such file/,
    meaning: 'a tool that the command calls is not in the image',
  },
  { class: 'exec.output.denied', pattern: /Permission denied/i, meaning: 'the command was refused access' },
  { class: 'exec.output.file', pattern: /No such file or directory/i, meaning: 'the command misses a file' },
  { class: 'exec.empty', pattern: /^\s*$/, meaning: 'the command failed without a word' },
  { class: 'exec.output', pattern: /^/, meaning: 'the command failed with this output' },
]
