import { inNamespace, nameWord } from '../../../model/command/command.ts'
import type { Pod } from '../../../model/kubernetes/objects.ts'
import { probeField } from '../../../model/kubernetes/probe.ts'
import { resourceValue } from '../../../model/kubernetes/quantity.ts'
import type { Evidence, Fix } from '../../../model/report/finding.ts'
import type { Cluster } from '../../../model/snapshot/cluster.ts'
import type { Workload } from '../../../model/snapshot/workload.ts'
import type { Diagnosis } from '../../cause.ts'
import { specEvidence } from '../../evidence.ts'
import { inspectFix, logsFix } from '../../fixes/commands.ts'
import { containerFix } from '../../fixes/patch.ts'
import { slowestAnswer } from '../../logs/answer-time.ts'
import { listenersOf } from '../../logs/listeners.ts'
import { parseProbeMessage } from '../../messages/probe.ts'
import { includes, NO_ANSWER_CLASSES } from '../../messages/probe-classes.ts'
import { LIVE_SECONDS, runningSeconds, secondsAgo } from '../../pod-info.ts'
import { isIntermittent } from '../attempts.ts'
import type { ProbeFailure } from '../failure.ts'
import { attemptsText, probeNames, sameHandlerProbes, seeAnswer } from './common.ts'
import { ingressPolicies, judgeUnreachable } from './network.ts'

/** Below this CPU limit even a trivial health check can take a second. */
const STARVED_MILLICORES = 100

/** A timeout of so many seconds is plenty for a health check. */
const PLENTY_SECONDS = 5

/** The CPU limit of the container, if it is so low that it explains a slow answer. */
function starvingLimit({ container }: ProbeFailure): Evidence | undefined {
  const limit = container.spec.resources?.limits?.['cpu']
  if (limit === undefined || resourceValue('cpu', limit) > STARVED_MILLICORES) return undefined
  return specEvidence(container, 'resources.limits.cpu', limit)
}

/**
 * No answer in time. The text does not tell a slow application from dropped packets (docs/reference/probes.md#http),
 * so what else is known decides: other pods of the node, network policies, CPU limits, and whether it ever answered.
 */
export function judgeTimeout(failure: ProbeFailure): Diagnosis {
  const { attempts, everPassed, probe } = failure
  const passes = everPassed === true || passesInBetween(failure)
  if (!passes && attempts.class === 'net.timeout.conn') return judgeUnreachable(failure)
  if (!passes && (isWholeNode(failure) || ingressPolicies(failure).length > 0))
    return judgeUnreachable(failure)
  const starved = starvingLimit(failure)
  if (starved !== undefined) return cpuStarved(failure, starved)
  if (passesInBetween(failure)) return tooShort(failure)
  if (everPassed === true) return hang(failure)
  return probe.timeoutSeconds >= PLENTY_SECONDS ? hang(failure) : tooShort(failure)
}

/** In between, it passed, and nothing was restarted for it. */
const passesInBetween = ({ container, probe, attempts, killed }: ProbeFailure): boolean =>
  killed === 'no' && runningSeconds(container) !== undefined && isIntermittent(probe, attempts)

/** Pods of at least two other workloads on the same node time out, too. */
function isWholeNode({ container: { podInfo } }: ProbeFailure): boolean {
  const { pod, cluster, workload } = podInfo
  if (pod.spec?.nodeName === undefined) return false
  const others = new Set<Workload>()
  for (const other of cluster.podsOnNode(pod.spec.nodeName)) {
    const owner = cluster.workloadOf(other)
    if (owner !== workload && !others.has(owner) && timesOut(cluster, other)) others.add(owner)
    if (others.size >= 2) return true
  }
  return false
}

function timesOut(cluster: Cluster, { metadata: { name, namespace, uid } }: Pod): boolean {
  const about = { kind: 'Pod', name, ...(namespace ? { namespace } : {}), ...(uid ? { uid } : {}) }
  return cluster.eventsAbout(about).some(({ reason, message, lastSeen }) => {
    if (reason !== 'Unhealthy' || secondsAgo(cluster, lastSeen) > LIVE_SECONDS) return false
    const parsed = parseProbeMessage(message)
    return parsed !== undefined && includes(NO_ANSWER_CLASSES, parsed.class)
  })
}

/** A timeout that suffices: twice the slowest answer that the log tells of, else a guess. */
function enoughSeconds(failure: ProbeFailure) {
  const seen = slowestAnswer(failure)
  if (seen === undefined)
    return { seconds: guessedSeconds(failure), why: '', evidence: [] as readonly Evidence[] }
  return {
    seconds: Math.ceil(seen.seconds * 2),
    why: `, twice the ${Number(seen.seconds.toFixed(1))}s that its log tells of`,
    evidence: [seen.evidence],
  }
}

const guessedSeconds = ({ probe: { timeoutSeconds } }: ProbeFailure): number =>
  Math.max(PLENTY_SECONDS, timeoutSeconds * 3)

function timeoutFix(failure: ProbeFailure, seconds: number, why = ''): readonly Fix[] {
  const probes = sameHandlerProbes(failure).filter(({ timeoutSeconds }) => timeoutSeconds < seconds)
  const patch = Object.fromEntries(probes.map(({ type }) => [probeField(type), { timeoutSeconds: seconds }]))
  return containerFix(
    failure.container,
    `Raise timeoutSeconds of the ${probeNames(probes)} from ${failure.probe.timeoutSeconds} to ${seconds}${why}`,
    patch,
  )
}

const timeoutEvidence = ({ container, probe }: ProbeFailure): Evidence =>
  specEvidence(container, `${probeField(probe.type)}.timeoutSeconds`, `${probe.timeoutSeconds}`)

function tooShort(failure: ProbeFailure): Diagnosis {
  const { probe, container, port } = failure
  const { seconds, why, evidence } = enoughSeconds(failure)
  const listens = listenersOf(container).some((listener) => listener.port === port)
  const some = passesInBetween(failure)
  const byDefault = probe.timeoutSeconds === 1 ? ', which is the default' : ''
  return {
    code: 'timeout-too-short',
    confidence: some || listens ? 'Likely' : 'Possible',
    summary: `${probe.type} probe gets no answer within ${probe.timeoutSeconds}s${some ? ' now and then' : ''}`,
    explanation: [
      `${attemptsText(failure)} ended without an answer within timeoutSeconds ${probe.timeoutSeconds}${byDefault}.`,
      ...(some ? ['Others in between passed, so the application is slow and not dead.'] : []),
      'How long the answer really takes is not recorded. If a longer timeout does not help, the application hangs or ' +
        'packets are dropped: the event reads the same.',
    ].join(' '),
    evidence: [timeoutEvidence(failure), ...evidence],
    fixes: [
      ...seeAnswer(failure, 'Measure how long the answer takes'),
      ...timeoutFix(failure, seconds, why),
      logsFix(container),
    ],
  }
}

function hang(failure: ProbeFailure): Diagnosis {
  const { probe, container, everPassed } = failure
  const before = everPassed === true
  return {
    code: 'hang',
    confidence: before ? 'Likely' : 'Possible',
    summary: `${probe.type} probe gets no answer within ${probe.timeoutSeconds}s${before ? ', after it had passed' : ''}`,
    explanation: [
      before
        ? 'The probe passed before, and then every attempt ran into the timeout while the process went on.'
        : `Every attempt ran into the timeout, and ${probe.timeoutSeconds}s are plenty for a health check.`,
      'A deadlock, an exhausted pool of threads or connections, or a wait for something else does that.',
    ].join(' '),
    evidence: [timeoutEvidence(failure)],
    fixes: [
      ...seeAnswer(failure, 'See whether it answers at all'),
      logsFix(
        container,
        'Read the last lines before it stopped to answer; a thread dump at that time tells most',
      ),
    ],
  }
}

function cpuStarved(failure: ProbeFailure, limit: Evidence): Diagnosis {
  const { probe, container } = failure
  const { name, namespace = 'default' } = container.podInfo.pod.metadata
  return {
    code: 'cpu-starved',
    confidence: 'Possible',
    summary: `${probe.type} probe gets no answer within ${probe.timeoutSeconds}s; the CPU limit is only ${limit.text}`,
    explanation:
      `With a CPU limit of ${limit.text} the container may run for only a small part of each 100 ms, and then waits. A ` +
      'health check that needs little CPU can take more than a second so. The throttling itself is only in the metrics ' +
      'of the node.',
    evidence: [limit, timeoutEvidence(failure)],
    fixes: [
      inspectFix('See how much CPU it uses; use at the limit means throttling', [
        ...['kubectl', 'top', 'pod', nameWord('Pod', name), ...inNamespace(namespace), '--containers'],
      ]),
      ...timeoutFix(failure, guessedSeconds(failure)),
      ...containerFix(
        container,
        'Raise the CPU limit to 500m',
        { resources: { limits: { cpu: '500m' } } },
        'Disruptive',
      ),
    ],
  }
}

/** Headers came, the body did not: an error that never counts (docs/reference/probes.md#http-body). */
export function judgeBody(failure: ProbeFailure): Diagnosis {
  const { probe, attempts, container } = failure
  const short = attempts.class === 'http.body.short'
  return {
    code: short ? 'connection-closed' : 'timeout-too-short',
    confidence: 'Likely',
    summary: short
      ? `${probe.type} probe gets only a part of the answer, and the result is thrown away`
      : `${probe.type} probe does not get the body of the answer within ${probe.timeoutSeconds}s, and the result is thrown away`,
    explanation:
      'The headers of the answer arrive, the body does not arrive whole. The kubelet takes that for an error of its own ' +
      'and counts it neither as failure nor as success, even for a status of 500. Probe a path with a small answer.',
    evidence: [timeoutEvidence(failure)],
    fixes: [...seeAnswer(failure, 'See how long the whole answer takes'), logsFix(container)],
  }
}
