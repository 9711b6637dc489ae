import type { Container, PodSpec, Probe } from './objects.ts'

export type ProbeType = 'startup' | 'readiness' | 'liveness'
/** The startup probe comes first: it holds back the others. */
export const PROBE_TYPES: readonly ProbeType[] = ['startup', 'readiness', 'liveness']

/** What a probe does, with the API's defaults filled in. `host` absent means the pod's own IP. */
export type Handler =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | {
      readonly kind: 'httpGet'
      readonly scheme: string
      readonly host?: string
      readonly port: number | string
      readonly path: string
      readonly headers: readonly { readonly name: string; readonly value: string }[]
    }
  | { readonly kind: 'tcpSocket'; readonly host?: string; readonly port: number | string }
  | { readonly kind: 'grpc'; readonly port: number; readonly service: string }

/** The numbers of a probe, in seconds and attempts, defaults filled in. */
export interface ProbeTiming {
  readonly initialDelaySeconds: number
  readonly timeoutSeconds: number
  readonly periodSeconds: number
  readonly successThreshold: number
  readonly failureThreshold: number
  /** Absent where the pod's own value counts. */
  readonly terminationGracePeriodSeconds?: number
}

/** A probe as the kubelet runs it; `probe` is the object it was read from. */
export interface EffectiveProbe extends ProbeTiming {
  readonly type: ProbeType
  readonly probe: Probe
  readonly handler: Handler
}

/** `init` runs to its end before the next; `sidecar` is an init container with `restartPolicy: Always`. */
export type ContainerType = 'container' | 'sidecar' | 'init'

/** A container in its place; `path` is where it stands in a Pod, e.g. `spec.initContainers[0]`. */
export interface SpecContainer {
  readonly container: Container
  readonly type: ContainerType
  readonly path: string
}

/** Seconds, at the earliest and at the latest. */
export interface Window {
  readonly min: number
  readonly max: number
}

/** The containers that run in a pod, in the order in which they start. Ephemeral ones can't have probes. */
export function* probedContainers(spec: PodSpec): Generator<SpecContainer> {
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    const type = container.restartPolicy === 'Always' ? 'sidecar' : 'init'
    yield { container, type, path: `spec.initContainers[${index}]` }
  }
  for (const [index, container] of (spec.containers ?? []).entries())
    yield { container, type: 'container', path: `spec.containers[${index}]` }
}

/** The field of a container that holds the probe of this type. */
export const probeField = (type: ProbeType): 'startupProbe' | 'readinessProbe' | 'livenessProbe' =>
  `${type}Probe`

/**
 * A container's probes in the order startup, readiness, liveness (docs/reference/probes.md#fields, #handlers). A
 * probe without a handler, which the API server refuses, is left out.
 */
export const effectiveProbes = (container: Container): readonly EffectiveProbe[] =>
  PROBE_TYPES.flatMap((type) => {
    const probe = container[probeField(type)] ?? undefined
    const handler = probe === undefined ? undefined : handlerOf(probe)
    return probe === undefined || handler === undefined ? [] : [{ type, probe, handler, ...timingOf(probe) }]
  })

const timingOf = (probe: Probe): ProbeTiming => ({
  initialDelaySeconds: probe.initialDelaySeconds ?? 0,
  // The API server replaces 0 by the default, too: hence || and not ??.
  timeoutSeconds: probe.timeoutSeconds || 1,
  periodSeconds: probe.periodSeconds || 10,
  successThreshold: probe.successThreshold || 1,
  failureThreshold: probe.failureThreshold || 3,
  ...(probe.terminationGracePeriodSeconds == null
    ? {}
    : { terminationGracePeriodSeconds: probe.terminationGracePeriodSeconds }),
})

function handlerOf({ exec, httpGet, tcpSocket, grpc }: Probe): Handler | undefined {
  if (exec) return { kind: 'exec', command: exec.command ?? [] }
  if (httpGet)
    return {
      kind: 'httpGet',
      scheme: httpGet.scheme || 'HTTP',
      ...(httpGet.host ? { host: httpGet.host } : {}),
      port: httpGet.port as number | string,
      path: httpGet.path || '/',
      headers: httpGet.httpHeaders ?? [],
    }
  if (tcpSocket)
    return {
      kind: 'tcpSocket',
      ...(tcpSocket.host ? { host: tcpSocket.host } : {}),
      port: tcpSocket.port as number | string,
    }
  if (grpc) return { kind: 'grpc', port: grpc.port, service: grpc.service ?? '' }
  return undefined
}

/** How `kubectl describe pod` names the kinds of handlers. */
const HANDLER_WORDS: Readonly<Record<Handler['kind'], string>> = {
  exec: 'exec',
  httpGet: 'http-get',
  tcpSocket: 'tcp-socket',
  grpc: 'grpc',
}

/**
 * The handler as `kubectl describe pod` prints it: `http-get http://:8080/healthz`, `exec [cat /tmp/ready]`; but for the
 * path, which is as people write it: `/healthz?full=true`.
 */
export const describeHandler = (handler: Handler): string =>
  `${HANDLER_WORDS[handler.kind]} ${handlerTarget(handler)}`

const asWritten = (path: string): string => (path.startsWith('/') ? path : `/${path}`)

/** What a probe runs or asks: `http://:8080/healthz?full=true`, `[cat /tmp/ready]`. */
export function handlerTarget(handler: Handler, pathText = asWritten): string {
  switch (handler.kind) {
    case 'exec':
      return `[${handler.command.join(' ')}]`
    case 'httpGet':
      return `${handler.scheme.toLowerCase()}://${authority(handler)}${pathText(handler.path)}`
    case 'tcpSocket':
      return `${handler.host ?? ''}:${handler.port}`
    case 'grpc':
      return `<pod>:${handler.port}${handler.service === '' ? '' : ` ${handler.service}`}`
  }
}

/** `delay=0s timeout=1s period=10s #success=1 #failure=3`, as `kubectl describe` prints it. */
export const describeTiming = (timing: ProbeTiming): string =>
  `delay=${timing.initialDelaySeconds}s timeout=${timing.timeoutSeconds}s period=${timing.periodSeconds}s ` +
  `#success=${timing.successThreshold} #failure=${timing.failureThreshold}`

/** The whole probe as `kubectl describe pod` prints it (kubectl pkg/describe DescribeProbe). */
export function describeProbe(probe: EffectiveProbe): string {
  // kubectl prints the empty service name of a gRPC probe, too: hence its second space.
  const empty = probe.handler.kind === 'grpc' && probe.handler.service === '' ? ' ' : ''
  const target = handlerTarget(probe.handler, urlPath)
  return `${HANDLER_WORDS[probe.handler.kind]} ${target}${empty} ${describeTiming(probe)}`
}

const authority = ({ host = '', port }: { readonly host?: string; readonly port: number | string }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

/** Escapes a path as Go's net/url prints it, so that a query shows as `%3F`. */
const urlPath = (path: string): string =>
  asWritten(path).replace(/[^A-Za-z0-9\-_.~$&+,/:;=@]+/gu, (text) =>
    [...new TextEncoder().encode(text)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )

/**
 * The port number a probe goes to: a number, the name of a port of this container, or a number written as text.
 * Undefined where the kubelet can't resolve it, and then each attempt is an error (docs/reference/probes.md#ports).
 */
export function resolvePort(container: Container, port: number | string): number | undefined {
  const named = typeof port === 'string' ? container.ports?.find(({ name }) => name === port) : undefined
  const number =
    named?.containerPort ?? (typeof port === 'number' || /^[+-]?\d+$/.test(port) ? Number(port) : 0)
  return number > 0 && number < 65536 ? number : undefined
}

/**
 * Seconds from the hang or the fault of a running container to the probe's verdict (docs/reference/probes.md#formulas).
 * `attemptSeconds` is how long one failing attempt takes: 0 where it is refused, the timeout where it hangs.
 */
export function detectionWindow(probe: ProbeTiming, attemptSeconds: number): Window {
  const period = Math.max(probe.periodSeconds, attemptSeconds)
  const min = (probe.failureThreshold - 1) * period + attemptSeconds
  return { min, max: probe.periodSeconds + min }
}

/**
 * Seconds from container start to the verdict of a probe that never succeeds (docs/reference/probes.md#formulas). The
 * process then has its grace period on top.
 */
export function killWindow(probe: ProbeTiming, attemptSeconds: number): Window {
  const { min, max } = detectionWindow(probe, attemptSeconds)
  return { min: probe.initialDelaySeconds + min, max: probe.initialDelaySeconds + max }
}

/**
 * Seconds that a container is sure to have for its start: not F×P, which is the upper edge
 * (docs/reference/probes.md#formulas).
 */
export const safeStartSeconds = (probe: ProbeTiming): number =>
  probe.initialDelaySeconds + (probe.failureThreshold - 1) * probe.periodSeconds
