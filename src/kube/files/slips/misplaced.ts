import { type Fields, isFields } from '../../../model/kubernetes/fields.ts'
import { TEMPLATE_PATHS } from '../../../model/kubernetes/pod-template.ts'
import { nearest } from '../../../model/text/nearest.ts'
import { listed } from '../../../model/text/words.ts'

/** A field that the API does not have where it stands, so that the server refuses or drops it. */
export interface Slip {
  /** As `spec.template.spec.livenessProbe`. */
  readonly path: string
  readonly problem: string
  readonly hint: string
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe']
const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers']

/** Source: k8s.io/api/core/v1/types.go, Container and EphemeralContainer, of 1.36. */
const CONTAINER_FIELDS = [
  ...['args', 'command', 'env', 'envFrom', 'image', 'imagePullPolicy', 'lifecycle', 'name', 'ports'],
  ...['resizePolicy', 'resources', 'restartPolicy', 'restartPolicyRules', 'securityContext', 'stdin'],
  ...['stdinOnce', 'targetContainerName', 'terminationMessagePath', 'terminationMessagePolicy', 'tty'],
  ...['volumeDevices', 'volumeMounts', 'workingDir'],
  ...PROBES,
]

/** Source: k8s.io/api/core/v1/types.go, Probe and ProbeHandler. */
const HANDLERS: Readonly<Record<string, readonly string[]>> = {
  exec: ['command'],
  grpc: ['port', 'service'],
  httpGet: ['host', 'httpHeaders', 'path', 'port', 'scheme'],
  tcpSocket: ['host', 'port'],
}
const PROBE_FIELDS = [
  ...Object.keys(HANDLERS),
  ...['failureThreshold', 'initialDelaySeconds', 'periodSeconds', 'successThreshold'],
  ...['terminationGracePeriodSeconds', 'timeoutSeconds'],
]

/** Maps whose keys are the user's own. */
const OWN_KEYS = ['annotations', 'labels', 'matchLabels', 'nodeSelector', 'metadata', 'status']

/**
 * The first probe of an object that stands where no probe can be or is misspelt, or that has a field which no probe has
 * there. The server would drop it, or refuse the object, as kubectl asks it to (docs/reference/probes.md#strict).
 */
export function misplacedProbe(object: Fields, kind: string): Slip | undefined {
  const template = TEMPLATE_PATHS[kind]
  if (template === undefined) return undefined
  const podSpec = [...template, 'spec'].join('.')
  for (const slip of slipsBelow(object, '', podSpec)) return slip
  return undefined
}

function* slipsBelow(value: unknown, path: string, podSpec: string): Generator<Slip> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* slipsBelow(item, `${path}[${index}]`, podSpec)
    return
  }
  if (!isFields(value)) return
  const isContainer = containerPath(podSpec).test(path)
  for (const [key, below] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    if (OWN_KEYS.includes(key) || below === null) continue
    const probe = PROBES.find((one) => one.toLowerCase() === key.toLowerCase())
    if (probe !== undefined && !isContainer) yield { path: at, ...wrongLevel(path, probe, podSpec) }
    else if (isContainer && !CONTAINER_FIELDS.includes(key)) {
      const meant = probe ?? nearest(key, CONTAINER_FIELDS)
      if (meant !== undefined && PROBES.includes(meant)) yield { path: at, ...misspelt(key, meant) }
    } else if (probe !== undefined && isFields(below)) yield* slipsInProbe(below, at)
    yield* slipsBelow(below, at, podSpec)
  }
}

/** Of a container itself, not of what is in it. */
const containerPath = (podSpec: string): RegExp =>
  new RegExp(`^${podSpec.replaceAll('.', '\\.')}\\.(${CONTAINER_LISTS.join('|')})\\[\\d+\\]$`)

function wrongLevel(parent: string, probe: string, podSpec: string): Omit<Slip, 'path'> {
  const inContainer = CONTAINER_LISTS.map((list) => `${podSpec}.${list}[`).some((start) =>
    parent.startsWith(start),
  )
  return {
    problem: `a ${probe} does not belong ${parent === '' ? 'here' : `in ${parent}`}: it stands too ${inContainer ? 'deep' : 'high up'}`,
    hint: `Move it into the container, beside its name and image: ${podSpec}.containers[].${probe}`,
  }
}

const misspelt = (key: string, meant: string): Omit<Slip, 'path'> => ({
  problem: `there is no field ${key}${key.toLowerCase() === meant.toLowerCase() ? ' in this spelling: capitals count' : ''}`,
  hint: `Write ${meant}.`,
})

function* slipsInProbe(probe: Fields, path: string): Generator<Slip> {
  for (const key of Object.keys(probe)) {
    // A probe in a probe is found as what it is on the way down.
    if (PROBE_FIELDS.includes(key) || PROBES.includes(key)) continue
    const handlers = Object.keys(HANDLERS).filter((handler) => HANDLERS[handler]?.includes(key))
    yield handlers.length === 0
      ? { path: `${path}.${key}`, ...unknownField(key, PROBE_FIELDS, 'A probe') }
      : {
          path: `${path}.${key}`,
          problem: `${key} stands one level too high`,
          hint: `Move it into the handler: ${listed(handlers, 'or')}.`,
        }
  }
  for (const [handler, fields] of Object.entries(HANDLERS)) {
    const value = probe[handler]
    if (!isFields(value)) continue
    for (const key of Object.keys(value)) {
      const at = `${path}.${handler}.${key}`
      if (fields.includes(key)) continue
      yield PROBE_FIELDS.includes(key)
        ? {
            path: at,
            problem: `${key} stands one level too deep`,
            hint: `Move it out of ${handler}, beside it.`,
          }
        : { path: at, ...unknownField(key, fields, handler) }
    }
  }
}

function unknownField(key: string, fields: readonly string[], owner: string): Omit<Slip, 'path'> {
  const meant = fields.find((one) => one.toLowerCase() === key.toLowerCase()) ?? nearest(key, fields)
  return meant === undefined
    ? { problem: `there is no field ${key}`, hint: `${owner} has ${listed(fields)}.` }
    : misspelt(key, meant)
}
