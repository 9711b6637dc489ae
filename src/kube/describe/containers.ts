import type { Container, ContainerStatus, Probe } from '../../model/kubernetes/objects.ts'
import { type Branch, branch, field, numberOf, timeOf, valueAt } from './tree.ts'

/** A container of a describe. Values of environment variables are not taken over. */
export function parseContainer({ key: name, children }: Branch): Container {
  const ports = valueAt(children, 'Ports') ?? valueAt(children, 'Port')
  return {
    name,
    ...field('image', valueAt(children, 'Image')),
    ...field('command', words(branch(children, 'Command'))),
    ...field('args', words(branch(children, 'Args'))),
    ...field('ports', ports === undefined ? undefined : portsOf(ports)),
    ...field('resources', resourcesOf(children)),
    ...field('livenessProbe', parseProbe(valueAt(children, 'Liveness'))),
    ...field('readinessProbe', parseProbe(valueAt(children, 'Readiness'))),
    ...field('startupProbe', parseProbe(valueAt(children, 'Startup'))),
    ...field('volumeMounts', mountsOf(branch(children, 'Mounts'))),
  } as Container
}

/** Its status; undefined where the kubelet had not reported one yet, or in a template. */
export function parseContainerStatus({ key: name, children }: Branch): ContainerStatus | undefined {
  const state = stateOf(branch(children, 'State'))
  if (state === undefined) return undefined
  const ready = valueAt(children, 'Ready') === 'True'
  return {
    name,
    ready,
    restartCount: numberOf(valueAt(children, 'Restart Count')) ?? 0,
    image: valueAt(children, 'Image') ?? '',
    imageID: valueAt(children, 'Image ID') ?? '',
    state,
    lastState: stateOf(branch(children, 'Last State')) ?? {},
    // A container that is ready has started; of the others describe does not say.
    ...(ready ? { started: true } : {}),
  } as ContainerStatus
}

function stateOf(state: Branch | undefined): Readonly<Record<string, unknown>> | undefined {
  if (state === undefined) return undefined
  const { value, children } = state
  const reason = field('reason', valueAt(children, 'Reason'))
  const message = field('message', valueAt(children, 'Message'))
  const startedAt = field('startedAt', timeOf(valueAt(children, 'Started')))
  if (value === 'Running') return { running: startedAt }
  if (value !== 'Terminated') return { waiting: { ...reason, ...message } }
  return {
    terminated: {
      ...reason,
      ...message,
      exitCode: numberOf(valueAt(children, 'Exit Code')) ?? 0,
      ...field('signal', numberOf(valueAt(children, 'Signal'))),
      ...startedAt,
      ...field('finishedAt', timeOf(valueAt(children, 'Finished'))),
    },
  }
}

const words = (list: Branch | undefined): readonly string[] | undefined =>
  list === undefined ? undefined : list.children.map(({ text }) => text)

/** `8080/TCP (http), 9090/UDP`. */
const portsOf = (text: string) =>
  text.split(', ').flatMap((port) => {
    const [, number, protocol, name] = /^(\d+)\/(\w+)(?: \((\S+)\))?$/.exec(port) ?? []
    return number === undefined || number === '0'
      ? []
      : [{ containerPort: Number(number), protocol, ...field('name', name) }]
  })

function resourcesOf(children: readonly Branch[]): object | undefined {
  const amounts = (key: string) => {
    const list = branch(children, key)?.children
    return list === undefined
      ? undefined
      : Object.fromEntries(list.map((one) => [one.key, one.value] as const))
  }
  const [limits, requests] = [amounts('Limits'), amounts('Requests')]
  return limits === undefined && requests === undefined
    ? undefined
    : { ...field('limits', limits), ...field('requests', requests) }
}

/** `/data from data (rw,path="x")`. */
const mountsOf = (mounts: Branch | undefined) =>
  mounts?.children.flatMap(({ text }) => {
    const [, mountPath, name] = /^(.+) from (\S+) \(/.exec(text) ?? []
    return mountPath === undefined ? [] : [{ mountPath, name }]
  })

const TIMING = /^(.*?) ?delay=(\d+)s timeout=(\d+)s period=(\d+)s #success=(\d+) #failure=(\d+)$/

/** `http-get http://:8080/healthz delay=0s timeout=1s period=10s #success=1 #failure=3`; undefined for less. */
export function parseProbe(text: string | undefined): Probe | undefined {
  const match = TIMING.exec(text ?? '')
  if (match === null) return undefined
  const [, action = '', delay, timeout, period, success, failure] = match
  return {
    ...actionOf(action),
    initialDelaySeconds: Number(delay),
    timeoutSeconds: Number(timeout),
    periodSeconds: Number(period),
    successThreshold: Number(success),
    failureThreshold: Number(failure),
  } as Probe
}

/** Source: kubectl pkg/describe DescribeProbe. */
function actionOf(action: string): object {
  const [, type = '', rest = ''] = /^(\S+) ?([\s\S]*)$/.exec(action) ?? []
  switch (type) {
    case 'http-get':
      return httpGet(rest)
    case 'tcp-socket': {
      const at = rest.lastIndexOf(':')
      const host = rest.slice(0, at)
      return { tcpSocket: { ...(host === '' ? {} : { host }), port: portOf(rest.slice(at + 1)) } }
    }
    case 'grpc': {
      const [, port, service = ''] = /^<pod>:(\d+) ?(.*)$/.exec(rest) ?? []
      return { grpc: { port: Number(port ?? 0), service: service.trim() } }
    }
    case 'exec':
      return { exec: { command: argv(rest.replace(/^\[|\]$/g, '')) } }
    default:
      return {}
  }
}

/** Go prints the list without quotes: where one word ends and the next begins is lost, but a script is one word. */
function argv(text: string): readonly string[] {
  const [, shell, script] = /^(\S*sh -\w*c) (.*)$/.exec(text) ?? []
  return shell === undefined ? text.split(' ') : [...shell.split(' '), script ?? '']
}

function httpGet(url: string): object {
  const [, scheme = 'http', host = '', port = '', path = ''] =
    /^(\w+):\/\/(\[[^\]]*\]|[^:/]*)(?::([^/?]*))?(\/.*)?$/.exec(url) ?? []
  return {
    httpGet: {
      ...(path === '' ? {} : { path: unescaped(path) }),
      port: portOf(port),
      ...(host === '' ? {} : { host: host.replace(/^\[|\]$/g, '') }),
      scheme: scheme.toUpperCase(),
    },
  }
}

/** url.URL.String() escapes the path, also the question mark of a query. */
function unescaped(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const portOf = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text)
