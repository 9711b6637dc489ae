import { specEvidence } from '../../diagnosis/evidence.ts'
import type { Probe } from '../../model/kubernetes/objects.ts'
import { PROBE_TYPES, probeField } from '../../model/kubernetes/probe.ts'
import { listed } from '../../model/text/words.ts'
import { DOCS, type Rule, type RuleSubject } from './rule.ts'
import { editFix } from './shared/fixes.ts'

/** Every probe as it is written, also those that the API server would not store. */
function* writtenProbes(subject: RuleSubject) {
  for (const container of subject.containers)
    for (const type of PROBE_TYPES) {
      const probe = container.spec[probeField(type)]
      if (probe) yield { container, type, probe, field: probeField(type) }
    }
}

const REFUSED = 'The API server refuses an object with this, so that nothing of it is applied.'

const onInitContainer: Rule = {
  id: 'probe-on-init-container',
  severity: 'Warning',
  summary: 'An init container has a probe, which only sidecars may have.',
  docs: DOCS.sidecars,
  fix: 'Words',
  *find(subject) {
    for (const { container, type, field } of writtenProbes(subject)) {
      if (container.type !== 'init') continue
      yield {
        container: container.name,
        probe: type,
        summary: `init container ${container.name} has a ${type} probe`,
        explanation: `${REFUSED} Probes are for containers that go on running: an init container with restartPolicy Always is a sidecar, and may have them.`,
        evidence: [specEvidence(container, field, 'set, and restartPolicy is not Always')],
        fixes: [
          editFix(subject, [
            'Remove',
            `${field}, or make the container a sidecar with restartPolicy: Always`,
          ]),
        ],
      }
    }
  },
}

const successThreshold: Rule = {
  id: 'success-threshold-not-one',
  severity: 'Warning',
  summary: 'A liveness or startup probe asks for more than one success, which only readiness may.',
  docs: DOCS.probes,
  fix: 'Words',
  *find(subject) {
    for (const { container, type, probe, field } of writtenProbes(subject)) {
      if (type === 'readiness' || container.type === 'init' || (probe.successThreshold || 1) === 1) continue
      yield {
        container: container.name,
        probe: type,
        summary: `successThreshold of the ${type} probe is ${probe.successThreshold}; it must be 1`,
        explanation: `${REFUSED} One success is enough for liveness and startup.`,
        evidence: [specEvidence(container, `${field}.successThreshold`, `${probe.successThreshold}`)],
        fixes: [editFix(subject, ['Set', `successThreshold of the ${type} probe to 1`])],
      }
    }
  },
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const
const NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

/** What the API server checks of one probe, in its order (docs/reference/probes.md#fields, #handlers). */
function* violations(type: string, probe: Probe): Generator<{ field: string; text: string; must: string }> {
  const handlers = HANDLERS.filter((kind) => probe[kind])
  if (handlers.length !== 1)
    yield {
      field: '',
      text: handlers.length === 0 ? 'no handler' : listed(handlers),
      must: 'must have exactly one of exec, httpGet, tcpSocket and grpc',
    }
  for (const field of NUMBERS)
    if ((probe[field] ?? 0) < 0)
      yield { field: `.${field}`, text: `${probe[field]}`, must: 'must not be negative' }
  const grace = probe.terminationGracePeriodSeconds
  if (grace != null && type === 'readiness')
    yield {
      field: '.terminationGracePeriodSeconds',
      text: `${grace}`,
      must: 'is not for readiness, which kills nothing',
    }
  else if (grace != null && grace < 1)
    yield { field: '.terminationGracePeriodSeconds', text: `${grace}`, must: 'must be above 0' }
  const scheme = probe.httpGet?.scheme
  if (scheme && scheme !== 'HTTP' && scheme !== 'HTTPS')
    yield { field: '.httpGet.scheme', text: scheme, must: 'must be HTTP or HTTPS, in capitals' }
  if (probe.exec && (probe.exec.command ?? []).length === 0)
    yield { field: '.exec.command', text: 'empty', must: 'must have a command' }
  for (const kind of ['httpGet', 'tcpSocket', 'grpc'] as const) {
    const port = probe[kind]?.port as number | string | undefined
    if (probe[kind] && port === undefined)
      yield { field: `.${kind}.port`, text: 'not set', must: 'must be set' }
    else if (kind === 'grpc' && typeof port === 'string')
      yield { field: '.grpc.port', text: JSON.stringify(port), must: 'must be a number' }
    else if (typeof port === 'number' && (port < 1 || port > 65535))
      yield { field: `.${kind}.port`, text: `${port}`, must: 'must be from 1 to 65535' }
    else if (typeof port === 'string' && !isPortName(port))
      yield {
        field: `.${kind}.port`,
        text: JSON.stringify(port),
        must: 'must be a number, or a name of at most 15 characters of a-z, 0-9 and -',
      }
  }
}

const isPortName = (name: string): boolean =>
  name.length <= 15 &&
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name) &&
  /[a-z]/.test(name) &&
  !name.includes('--')

const invalid: Rule = {
  id: 'probe-refused',
  severity: 'Warning',
  summary: 'A field of a probe has a value that the API server refuses.',
  docs: DOCS.probes,
  fix: 'Words',
  *find(subject) {
    for (const { container, type, probe, field } of writtenProbes(subject)) {
      const found = [...violations(type, probe)]
      if (found.length === 0 || container.type === 'init') continue
      const named = found.map((one) => `${field}${one.field} ${one.must}`)
      yield {
        container: container.name,
        probe: type,
        summary: named.join('; '),
        explanation: REFUSED,
        evidence: found.map((one) => specEvidence(container, `${field}${one.field}`, one.text)),
        fixes: [editFix(subject, ['Correct', 'it'])],
      }
    }
  },
}

/** Rules on what the API server refuses: they can only fire on manifests. */
export const REFUSED_RULES: readonly Rule[] = [onInitContainer, successThreshold, invalid]
