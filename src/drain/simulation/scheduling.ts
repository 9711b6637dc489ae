import type { SimPod } from '../cluster/simulated-cluster.ts'
import { replacementDecision } from '../controllers/decision.ts'
import { quotaDoubt, quotaRefusal } from '../controllers/quota.ts'
import { createReplacement, readiness } from '../controllers/replacement-pod.ts'
import { fillStatefulSet } from '../controllers/stateful-set.ts'
import { type FeasibleNodes, feasibleNodes } from '../scheduler/feasible-nodes.ts'
import { mayPreempt, type Preemption, preempt, preemptions, waitsForOthers } from '../scheduler/preemption.ts'
import { noReplacementText } from '../state/replacement-decision.ts'
import { bindPod, copyOf, type State, trackedBudgets } from '../state/state.ts'
import { distinctStates, equivalenceKey, stateKey } from './equivalence.ts'
import { explore, nodesToTry, type Search } from './search.ts'

/** Places waiting pods, in every order and on every node that the search follows, until none fits. */
export function schedule(states: readonly State[], search: Search): readonly State[] {
  const resting: State[] = []
  const seen = new Set<string>()
  const open = [...states]
  /** Equivalence keys of pods that had plenty of room when last looked at. */
  const roomy = new Set<string>()
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (search.effort <= 0 && resting.length > 0) break
    const steps = possibleBindings(state, search, roomy)
    if (steps.length === 0) {
      resting.push(state)
      continue
    }
    const chosen = explore(search, steps)
    // As long as there is one course only, no state can come twice.
    const [only] = chosen
    if (only !== undefined && chosen.length === 1 && open.length === 0 && seen.size === 0) {
      only(state)
      open.push(state)
      continue
    }
    for (const step of chosen) {
      const next = chosen.length === 1 ? state : copyOf(state)
      step(next)
      const key = stateKey(next)
      if (seen.has(key)) continue
      seen.add(key)
      open.push(next)
    }
  }
  return distinctStates(resting)
}

type Step = (state: State) => unknown

interface Bindings {
  readonly roomy: boolean
  readonly steps: readonly Step[]
}

/**
 * The bindings that the scheduler could make next. Priority does not decide which pod is first: replacements are made
 * one after the other, and the scheduler takes what has come so far. A pod with plenty of room is bound without
 * looking at the others, before or after those that have little.
 */
function possibleBindings(state: State, search: Search, roomy: Set<string>): readonly Step[] {
  const distinct = new Map<string, SimPod>()
  for (const pod of state.queue) {
    if (state.undecided.has(pod)) continue
    const key = equivalenceKey(pod)
    if (!distinct.has(key)) distinct.set(key, pod)
  }
  const hadRoom = ([key]: readonly [string, SimPod]) => Number(roomy.has(key))
  const turns = [...distinct].sort((a, b) => (hadRoom(a) - hadRoom(b)) * (search.roomyFirst ? -1 : 1))
  const scarce: Bindings[] = []
  const plenty: Bindings[] = []
  for (const [key, pod] of turns) {
    const known = roomy.has(key)
    if (known && scarce.length > 0) break
    const option = bindingsOf(state, pod, search)
    if (option === undefined) continue
    if (option.roomy) roomy.add(key)
    else roomy.delete(key)
    ;(option.roomy ? plenty : scarce).push(option)
    if (option.roomy && (search.roomyFirst || known)) break
  }
  const [first] = plenty
  if (first !== undefined && (search.roomyFirst || scarce.length === 0)) return first.steps
  return scarce.flatMap(({ steps }) => steps)
}

function bindingsOf(state: State, pod: SimPod, search: Search): Bindings | undefined {
  const found = feasibleNodes(state, pod)
  search.effort -= 1
  const healthy = readiness(state, pod) === 'Ready'
  if (!healthy || found.nodes.length === 0) search.contended = true
  if (found.nodes.length === 0) {
    const rooms =
      mayPreempt(state, pod) &&
      found.uncertain === undefined &&
      (pod.created || waitsForOthers(state.simulated, pod))
        ? preemptions(state, pod, found)
        : []
    const steps = rooms.map(
      (room): Step =>
        (next) =>
          preemptAndBind(next, pod, room, healthy),
    )
    return steps.length === 0 ? undefined : { roomy: false, steps }
  }
  const choice = nodesToTry(state, pod, found.nodes, search)
  const doubtful = healthy && pod.replacesFailing && trackedBudgets(state, pod).length > 0
  const bindings = choice.nodes.flatMap((node) =>
    (doubtful ? [false, true] : [healthy]).map(
      (becomesReady): Step =>
        (next) => {
          bindPod(next, pod, node, becomesReady)
          next.feasibleNodes.set(pod, found.nodes)
        },
    ),
  )
  if (!choice.roomy || doubtful) search.contended = true
  if (doubtful) {
    search.doubts.add(
      `whether what replaces ${pod.namespace}/${pod.origin.metadata.name} becomes Ready, which is not Ready now`,
    )
    return { roomy: false, steps: bindings }
  }
  const doubt = doubtAbout(state, pod, found)
  if (doubt === undefined) return { roomy: choice.roomy, steps: bindings }
  search.doubts.add(doubt)
  return { roomy: false, steps: [(next) => next.undecided.add(pod), ...bindings] }
}

/** Why it is not known whether a replacement is made, or fits; undefined where it is. */
function doubtAbout(state: State, pod: SimPod, found: FeasibleNodes): string | undefined {
  if (!pod.created) return undefined
  const next = replacementDecision(state, pod)
  return found.uncertain ?? (next.type === 'Unknown' ? noReplacementText(next.why) : quotaDoubt(state, pod))
}

/** Preempts, and lets the victims' controllers make them again. */
function preemptAndBind(state: State, pod: SimPod, room: Preemption, healthy: boolean): void {
  preempt(state, pod, room, healthy)
  for (const victim of room.victims)
    if (victim.owner?.kind === 'StatefulSet') continueStatefulSet(state, victim)
    else if (replacementDecision(state, victim).type !== 'Unknown') makeReplacement(state, victim)
}

/** One pod in the place of another, unless the owner has enough of them by now, or a quota has no room for it yet. */
export function makeReplacement(state: State, pod: SimPod): void {
  const next = replacementDecision(state, pod)
  const refusal = next.type === 'None' ? undefined : quotaRefusal(state, pod)
  if (next.type === 'None') state.replacements.set(pod, { why: next.why, lost: next.lost })
  else if (refusal !== undefined) {
    state.replacements.set(pod, { why: { code: 'quota', message: refusal }, lost: true })
    state.quotaDenied = [...state.quotaDenied, pod]
  } else
    state.replacements.set(pod, {
      pod: createReplacement(state, pod),
      ...(next.type === 'Unknown' ? { why: next.why } : {}),
    })
}

/** Lets the StatefulSet of a pod go on, and notes which pods came back. */
export function continueStatefulSet(state: State, member: SimPod): boolean {
  const made = fillStatefulSet(state, member)
  for (const pod of made)
    for (const before of state.deleted)
      if (
        before.name === pod.name &&
        before.namespace === pod.namespace &&
        before.owner?.uid === pod.owner?.uid
      )
        state.replacements.set(before, { pod })
  return made.length > 0
}
