import { CONFIDENCES, type Confidence, type Evidence } from '../../model/finding.ts'
import { type EffectiveProbe, killWindow, resolvePort } from '../../model/probe.ts'
import { nearest } from '../../model/text.ts'
import type { Cause } from '../cause.ts'
import { eventEvidence, specEvidence, statusEvidence, terminationEvidence } from '../evidence.ts'
import { containerFix, describeFix, eventsFix, handlerPatch, logsFix } from '../fixes.ts'
import type { ProbeFailure } from '../probe-failure.ts'
import type { ProbeMessageClass } from '../probe-message.ts'
import { replayEvidence, replayOf } from '../replayed.ts'
import { stateOf } from '../state.ts'
import {
  type ContainerView,
  conditionOf,
  lostEvents,
  type PodView,
  runningSeconds,
  secondsAgo,
} from '../view.ts'
import { withSurroundings } from './around.ts'
import { handlerField, probeNames, type Verdict } from './probe-common.ts'
import { judgeRefused } from './probe-connect.ts'
import {
  inertWords,
  judgeExecOutput,
  judgeExecTimeout,
  judgeMissing,
  judgeNotExecutable,
  judgeRuntime,
} from './probe-exec.ts'
import {
  judgeGrpcAuth,
  judgeGrpcConnect,
  judgeGrpcStatus,
  judgeServiceUnknown,
  judgeUnimplemented,
} from './probe-grpc.ts'
import { judgeRedirect, judgeStatus } from './probe-http.ts'
import { foreignHost, ingressPolicies, judgeClosed, judgeHost, judgeUnreachable } from './probe-network.ts'
import { judgeH2c, judgeNotHttp, judgeTls, wantsHttp, wantsHttps } from './probe-protocol.ts'
import { tooSlow } from './probe-start.ts'
import { judgeBody, judgeTimeout } from './probe-timeout.ts'
import { before } from './revision-before.ts'
import { assumed } from './signature.ts'

/** Which rule judges which class of message. */
const JUDGES: Readonly<Partial<Record<ProbeMessageClass, (failure: ProbeFailure) => Verdict>>> = {
  'http.body.timeout': judgeBody,
  'http.body.short': judgeBody,
  'http.redirect.warn': judgeRedirect,
  'http.redirectloop': judgeRedirect,
  'http.status': judgeStatus,
  'tls.plainserver': wantsHttp,
  'http.malformed': (failure) => wantsHttps(failure, 'Certain', []),
  'tls.notls': judgeNotHttp,
  'tls.clientcert': judgeTls,
  'tls.sni': judgeTls,
  'tls.other': judgeTls,
  'http.h2c': judgeH2c,
  'http.malformed.other': judgeNotHttp,
  'grpc.status': judgeGrpcStatus,
  'grpc.rpc': judgeGrpcStatus,
  'grpc.unimplemented': judgeUnimplemented,
  'grpc.notfound': judgeServiceUnknown,
  'grpc.auth': judgeGrpcAuth,
  'grpc.timeout': judgeTimeout,
  'grpc.connect': judgeGrpcConnect,
  dns: judgeHost,
  'net.refused': judgeRefused,
  'net.noroute': judgeUnreachable,
  'net.unreachable': judgeUnreachable,
  'net.denied': judgeUnreachable,
  'net.reset': judgeClosed,
  'net.eof': judgeClosed,
  'net.tlshandshake.timeout': judgeTimeout,
  'net.timeout.conn': judgeTimeout,
  'net.timeout.headers': judgeTimeout,
  'exec.timeout': judgeExecTimeout,
  'exec.format': judgeNotExecutable,
  'exec.denied': judgeNotExecutable,
  'exec.missing': judgeMissing,
  'exec.runtime': judgeRuntime,
  'exec.output.tool': judgeMissing,
  'exec.output.denied': judgeExecOutput,
  'exec.output.file': judgeExecOutput,
  'exec.empty': judgeExecOutput,
  'exec.output': judgeExecOutput,
}

/** What a dead or restarting process shows: nothing of the probe's own. */
const SYMPTOMS = /^(net\.|grpc\.connect|exec\.(gone|output|empty)|noip)/

/** The causes behind the failing probes of a pod, by container. */
export function probeCauses(pod: PodView, failures: readonly ProbeFailure[]): readonly Cause[] {
  if (pod.terminating) return []
  const unresolved = pod.containers.flatMap(unresolvedPorts)
  const failing = failures.flatMap((failure) => {
    const state = stateOf(failure)
    if (state === undefined || unresolved.some((cause) => sameProbe(cause, failure))) return []
    const judged = verdictOf(failure)
    if (judged === undefined) return []
    const verdict = withSurroundings(failure, judged)
    const { evidence = [], explanation, ...rest } = verdict
    const inert = /never counts/.test(explanation) ? '' : inertWords(failure)
    return [
      {
        ...rest,
        ...state,
        ...(state.effect === 'None' ? { confidence: atMost('Likely', rest.confidence) } : {}),
        layer: 'probe' as const,
        container: failure.view.name,
        probe: failure.probe.type,
        explanation: `${explanation}${inert}${state.effect === 'None' ? NOT_YET : ''}`,
        evidence: [
          ...eventsOf(failure),
          ...replayEvidence(failure.view, failure.probe),
          ...evidence,
          ...statusOf(failure),
        ],
        symptom:
          failure.killed === 'no' && SYMPTOMS.test(failure.main.class) && verdict.confidence !== 'Certain',
      },
    ]
  })
  return [...unresolved, ...failing]
}

/** The next failures may be one more in a row. */
const NOT_YET =
  ' The probe passes in between, so that nothing has come of it yet; often enough in a row, it will act.'

const atMost = (limit: Confidence, confidence: Confidence): Confidence =>
  CONFIDENCES.indexOf(confidence) > CONFIDENCES.indexOf(limit) ? limit : confidence

const sameProbe = (cause: Cause, { view, probe }: ProbeFailure): boolean =>
  cause.container === view.name && cause.probe === probe.type

function verdictOf(failure: ProbeFailure): Verdict | undefined {
  const { main } = failure
  if (foreignHost(failure) !== undefined && /^(net\.|dns)/.test(main.class)) return judgeHost(failure)
  // Whatever the port answers while it starts, a start that is cut off in every run is the first thing to mend.
  if (
    failure.probe.type === 'startup' &&
    failure.killed !== 'no' &&
    /^net\.(timeout|eof|reset)/.test(main.class) &&
    !(main.class.startsWith('net.timeout') && ingressPolicies(failure).length > 0)
  )
    return tooSlow(failure)
  return JUDGES[main.class]?.(failure)
}

function eventsOf({ main, kills, killed }: ProbeFailure): readonly Evidence[] {
  const last = main.occurrences.at(-1)
  const kill = killed === 'proven' ? kills.at(-1) : undefined
  return [
    ...(last === undefined
      ? []
      : [
          {
            ...eventEvidence(last),
            time: main.lastSeen,
            count: main.count,
            ...(main.countIsLowerBound ? { countIsLowerBound: true } : {}),
          },
        ]),
    ...(kill === undefined ? [] : [eventEvidence(kill)]),
  ]
}

function statusOf({ view, killed }: ProbeFailure): readonly Evidence[] {
  const { status } = view
  if (status === undefined) return []
  if (killed !== 'no') return terminationEvidence(view)
  if (!status.ready) return [statusEvidence(view, status.started === false ? 'started' : 'ready', 'false')]
  return []
}

/** Named ports that the container does not declare: seen in the spec, whether or not an event is left. */
function unresolvedPorts(view: ContainerView): readonly Cause[] {
  if (view.status?.state?.running === undefined) return []
  const broken = view.probes.filter(
    ({ handler }) =>
      (handler.kind === 'httpGet' || handler.kind === 'tcpSocket') &&
      resolvePort(view.container, handler.port) === undefined,
  )
  return broken.map((probe) => unresolvedPort(view, probe, broken))
}

function unresolvedPort(
  view: ContainerView,
  probe: EffectiveProbe,
  broken: readonly EffectiveProbe[],
): Cause {
  const { handler, type } = probe
  const port = handler.kind === 'httpGet' || handler.kind === 'tcpSocket' ? handler.port : ''
  const same = broken.filter((one) => 'port' in one.handler && one.handler.port === port)
  const ports = view.container.ports ?? []
  const names = ports.flatMap(({ name }) => (name ? [name] : []))
  const meant = nearest(`${port}`, names) ?? (ports.length === 1 ? ports[0]?.name : undefined)
  const number = ports.length === 1 ? ports[0]?.containerPort : undefined
  const target = meant ?? number
  const owner = view.podView.containers.find(({ container }) =>
    container.ports?.some(({ name }) => name === port),
  )
  const declared = ports.map(({ name, containerPort }) =>
    name ? `${name} (${containerPort})` : `${containerPort}`,
  )
  const event = view.podView.events.findLast(
    ({ message, container }) =>
      container === view.name &&
      message.toLowerCase().startsWith(type) &&
      (message.includes('strconv') || message.includes('not found')),
  )
  const { status } = view
  const ready = status?.ready === true
  const past =
    target === undefined ? before({ view, probe, port: undefined }, 'port-name-unknown') : undefined
  return {
    code: 'port-name-unknown',
    layer: 'probe',
    container: view.name,
    probe: type,
    severity: 'Error',
    confidence: 'Certain',
    effect: type === 'startup' ? 'NotStarted' : type === 'readiness' && !ready ? 'Unready' : 'Inert',
    summary: `${type} probe asks for port "${port}", which ${
      /^[+-]?\d+$/.test(`${port}`) ? 'is not between 1 and 65535' : 'the container does not declare'
    }${declared.length > 0 ? `; it declares ${declared.join(', ')}` : ''}`,
    explanation:
      'The kubelet looks the name up among the ports of this container only, at every attempt, and an attempt that cannot ' +
      `resolve it never counts: ${
        type === 'liveness'
          ? 'the container is never restarted, whatever state it is in.'
          : type === 'startup'
            ? 'the container is never taken for started, and never restarted either.'
            : ready
              ? 'the container stays Ready, whatever state it is in.'
              : 'the container will never become Ready.'
      }${owner === undefined ? '' : ` Container ${owner.name} declares a port of that name.`}`,
    evidence: [
      specEvidence(view, handlerField(probe, 'port'), `${port}`),
      ...ports.map(({ name, containerPort }, index) =>
        specEvidence(view, `ports[${index}]`, `${name ?? '(no name)'}: ${containerPort}`),
      ),
      ...(past?.evidence ?? []),
      ...(event === undefined ? [] : [eventEvidence(event)]),
      ...(ready ? [] : [statusEvidence(view, type === 'startup' ? 'started' : 'ready', 'false')]),
    ],
    fixes:
      target === undefined
        ? [...(past?.fixes ?? []), ...containerNeedsPort(view, same)]
        : containerFix(
            view,
            `Set port ${target} in the ${probeNames(same)}`,
            handlerPatch(same, { port: target }),
          ),
  }
}

/** No declared port can be meant, so the user must say which number it is. */
const containerNeedsPort = (view: ContainerView, probes: readonly EffectiveProbe[]): Cause['fixes'] => [
  {
    ...logsFix(view),
    title: `See on which port it listens, then declare it in container ${view.name} or set the number in the ${probeNames(probes)}`,
  },
]

/** Longer than most starts take. */
const UNEXPLAINED_SECONDS = 300

/** Containers that run, are not ready, and of which nothing tells why. */
export function unexplainedReadiness(view: ContainerView): readonly Cause[] {
  const { status, podView } = view
  const readiness = view.probes.find(({ type }) => type === 'readiness')
  const startup = view.probes.find(({ type }) => type === 'startup')
  const probe = status?.started === false ? startup : readiness
  if (podView.terminating || status?.state?.running === undefined || status.ready || probe === undefined)
    return []
  const told = toldByLog(view, probe)
  if (told !== undefined) return [told]
  const since = secondsAgo(podView.cluster, conditionOf(podView.pod, 'ContainersReady')?.lastTransitionTime)
  if (Math.min(since, runningSeconds(view) ?? 0) < UNEXPLAINED_SECONDS) return []
  return [
    {
      code: 'not-ready-unexplained',
      layer: 'probe',
      container: view.name,
      probe: probe.type,
      severity: 'Error',
      confidence: 'Possible',
      effect: probe.type === 'startup' ? 'NotStarted' : 'Unready',
      summary: `${probe.type} probe does not pass, and the events that would say why ${lostEvents(podView).split(':')[0]}`,
      explanation:
        `The container runs and is not ready. The events that would say why ${lostEvents(podView)}. ` +
        'The next attempt must tell.',
      evidence: [
        statusEvidence(view, probe.type === 'startup' ? 'started' : 'ready', 'false'),
        ...replayEvidence(view, probe),
      ],
      fixes: [describeFix(podView), eventsFix(podView), logsFix(view)],
    },
  ]
}

/** Without events the log still tells that the probed port is on loopback, or another one. */
function toldByLog(view: ContainerView, probe: EffectiveProbe): Cause | undefined {
  const { handler } = probe
  const port = handler.kind === 'exec' ? undefined : resolvePort(view.container, handler.port)
  const running = runningSeconds(view) ?? 0
  if (port === undefined || running < killWindow(probe, 0).max) return undefined
  // It can't be refused if it answers: what it answers is the cause.
  if (replayOf(view, probe)?.attempts.some((attempt) => attempt.port === 'answered')) return undefined
  const verdict = judgeRefused(assumed(view, probe, port))
  if (verdict.evidence?.some(({ source }) => source === 'Log') !== true) return undefined
  return {
    evidence: [],
    ...verdict,
    layer: 'probe',
    container: view.name,
    probe: probe.type,
    severity: 'Error',
    confidence: verdict.confidence === 'Certain' ? 'Likely' : 'Possible',
    effect: probe.type === 'startup' ? 'NotStarted' : 'Unready',
  }
}
