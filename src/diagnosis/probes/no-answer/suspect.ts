import type { Evidence } from '../../../model/report/finding.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import { millis } from '../../../model/text/time.ts'
import { runningSeconds } from '../../pod-info.ts'
import { isIntermittent } from '../attempts.ts'
import type { ProbeFailure } from '../failure.ts'
import { replayOf } from '../replay.ts'
import {
  answeringReplica,
  commandsPass,
  fellWith,
  mostNotConnected,
  openNeighbours,
  shortageOfNode,
  silentNeighbours,
} from './node-view.ts'
import { ingressPolicies, passesBehindPolicies } from './policies.ts'
import { goesToPod, hasArrived, isNotConnected, openWay, stateOf } from './way.ts'

/**
 * What most likely keeps an answer from coming in time (docs/reference/probe-failures.md#no-answer). `Application`: it is
 * slow, hangs or has too little CPU of its own; `Node`: the node has not enough for what runs on it; `Network`: of the
 * whole node; `Filter`: something drops what goes to this port.
 */
export type Suspect =
  | ({ readonly type: 'Application' } & Doubt)
  | { readonly type: 'Node'; readonly evidence: readonly Evidence[]; readonly others: number }
  | {
      readonly type: 'Network'
      readonly sure: boolean
      readonly evidence: readonly Evidence[]
      readonly others: number
    }
  | {
      readonly type: 'Filter'
      readonly sure: boolean
      readonly byPolicy: boolean
      readonly evidence: readonly Evidence[]
    }

/** What is known of the network where the application is suspected. */
export interface Doubt {
  /** Packets reach this very pod, or it is as late where no packet of the node is needed. */
  readonly reached: boolean
  /** What shows that the network of the node works. */
  readonly against: readonly Evidence[]
  /** Other workloads of the node that give no answer either, where none is known to. */
  readonly silent: number
}

/** A suspect that keeps packets from the pod. */
export type ClosedWay = Extract<Suspect, { type: 'Network' | 'Filter' }>

export const isClosedWay = (suspect: Suspect): suspect is ClosedWay =>
  suspect.type === 'Network' || suspect.type === 'Filter'

/** In between, it passed, and nothing was restarted for it. */
export const passesInBetween = ({ container, probe, attempts, killed }: ProbeFailure): boolean =>
  killed === 'no' && runningSeconds(container) !== undefined && isIntermittent(probe, attempts)

/** So many other workloads have to fail alike before the node is suspected. */
const OTHERS = 2

/** Who is to be suspected. An application, its CPU and the node come before the network, unless something excludes them. */
export function suspectOf(failure: ProbeFailure): Suspect {
  const shortage = shortOf(failure)
  const way = closedWay(failure)
  if (way?.type === 'Filter' && way.sure) return way
  if (shortage !== undefined) return shortage
  return way ?? { type: 'Application', ...doubtOf(failure) }
}

/** The node is short of something, or others on it got slow together with this one, commands among them. */
export function shortOf(failure: ProbeFailure): Extract<Suspect, { type: 'Node' }> | undefined {
  const shortage = shortageOfNode(failure)
  const others = fellWith(failure)
  const slowCommand = [...others, failure].find(({ attempts }) => attempts.class === 'exec.timeout')
  if (shortage.length === 0 && (others.length < OTHERS || slowCommand === undefined)) return undefined
  const commandsFirst = sortedBy(others, ({ attempts }) => [attempts.class === 'exec.timeout' ? 0 : 1])
  return {
    type: 'Node',
    evidence: [...shortage, ...commandsFirst.slice(0, OTHERS).flatMap(evidenceOf)],
    others: others.length,
  }
}

/** Where it can be that nothing goes through: of the whole node, or to this port. */
function closedWay(failure: ProbeFailure): ClosedWay | undefined {
  const { container, probe, attempts } = failure
  if (hasArrived(attempts.class) || replayed(failure) === 'Silent' || passesInBetween(failure))
    return undefined
  if (openWay(stateOf(container.podInfo), attempts.firstSeen, failure) !== undefined) return undefined
  const network = goesToPod(container, probe) ? networkOfNode(failure) : undefined
  if (network !== undefined || failure.everPassed === true) return network
  const restricting = ingressPolicies(failure)
  const policies = restricting.length > 0 && passesBehindPolicies(failure) === undefined ? restricting : []
  const notConnected = isNotConnected(attempts.class)
  const answersInside = replayed(failure) === 'Answers'
  if (!notConnected && policies.length === 0 && !answersInside) return undefined
  const sure = policies.length > 0 && (notConnected || answersInside)
  const byPolicy = policies.length > 0
  return { type: 'Filter', sure, byPolicy, evidence: [...policies, ...openNeighbours(failure).slice(0, 1)] }
}

/** Nobody on the node answers, and something tells that this is not for being slow. */
function networkOfNode(failure: ProbeFailure): ClosedWay | undefined {
  const silent = silentNeighbours(failure)
  if (silent.length < OTHERS || openNeighbours(failure).length > 0) return undefined
  const all = [failure, ...silent]
  const replica = answeringReplica(failure)
  const commands = commandsPass(failure)
  const notConnected = mostNotConnected(all)
  const elsewhere = replica !== undefined && silent.some((other) => answeringReplica(other) !== undefined)
  const atOnce = commands && fellWith(failure).length >= OTHERS
  if (!notConnected && !elsewhere && !atOnce) return undefined
  return {
    type: 'Network',
    sure: [notConnected, elsewhere, commands, atOnce].filter(Boolean).length >= 2,
    evidence: [...silent.slice(0, OTHERS).flatMap(evidenceOf), ...(replica === undefined ? [] : [replica])],
    others: silent.length,
  }
}

function doubtOf(failure: ProbeFailure): Doubt {
  const own = openWay(stateOf(failure.container.podInfo), failure.attempts.firstSeen, failure)
  const against = [...(own === undefined ? [] : [own]), ...openNeighbours(failure)]
  return {
    reached: own !== undefined || hasArrived(failure.attempts.class) || replayed(failure) === 'Silent',
    against,
    silent: against.length > 0 ? 0 : silentNeighbours(failure).length,
  }
}

/** What running the probe from here has shown, after it had begun to fail: through localhost of the pod. */
function replayed({ container, probe, attempts }: ProbeFailure): 'Answers' | 'Silent' | undefined {
  const replay = replayOf(container, probe)
  if (replay === undefined || replay.pod !== container.podInfo.pod.metadata.name) return undefined
  if (replay.attempts.every(({ outcome }) => outcome === 'TimedOut')) return 'Silent'
  const inTime = replay.attempts.every(
    ({ outcome, milliseconds = 0 }) => outcome === 'Passed' && milliseconds <= probe.timeoutSeconds * 1000,
  )
  // What passes here and fails there at the same time is not slow.
  return inTime && (millis(attempts.lastSeen) ?? 0) > (millis(replay.at) ?? Number.POSITIVE_INFINITY)
    ? 'Answers'
    : undefined
}

/** The latest attempt of another pod, as the event has it. */
const evidenceOf = ({ attempts }: ProbeFailure): readonly Evidence[] => {
  const last = attempts.occurrences.at(-1)
  return last === undefined
    ? []
    : [
        {
          source: 'Event',
          object: `${last.regarding.kind} ${last.regarding.namespace ?? ''}/${last.regarding.name}`,
          text: `${last.reason}: ${last.message.trim()}`,
          time: attempts.lastSeen,
          count: attempts.count,
        },
      ]
}
