import type { SimPod } from '../cluster/simulated-cluster.ts'
import { fillStatefulSet, readiness, succeed, succession } from '../controllers/controllers.ts'
import { quotaDoubt, quotaRefusal } from '../controllers/quota.ts'
import { type Placement, placement } from '../scheduler/placement.ts'
import { mayPreempt, type Preemption, preempt, preemptions, waitsForOthers } from '../scheduler/preemption.ts'
import { distinctStates, signatureOf, stateKey } from '../state/equivalence.ts'
import { bind, copyOf, type State } from '../state/state.ts'
import { follow, nodesToTry, type Search } from './search.ts'

/** Places waiting pods, in every order and on every node that the search follows, until none fits. */
export function schedule(states: readonly State[], search: Search): readonly State[] {
  const resting: State[] = []
  const seen = new Set<string>()
  const open = [...states]
  /** Classes of pods that had plenty of room when last looked at. */
  const roomy = new Set<string>()
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (search.effort <= 0 && resting.length > 0) break
    const steps = placements(state, search, roomy)
    if (steps.length === 0) {
      resting.push(state)
      continue
    }
    const chosen = follow(search, steps)
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

interface Option {
  readonly roomy: boolean
  readonly steps: readonly Step[]
}

/**
 * The bindings that the scheduler could make next. Priority does not decide which pod is first: replacements are made
 * one after the other, and the scheduler takes what has come so far. A pod with plenty of room is bound without
 * looking at the others, before or after those that have little.
 */
function placements(state: State, search: Search, roomy: Set<string>): readonly Step[] {
  const classes = new Map<string, SimPod>()
  for (const pod of state.queue)
    if (!state.parked.has(pod) && !classes.has(signatureOf(pod))) classes.set(signatureOf(pod), pod)
  const known = ([signature]: readonly [string, SimPod]) => Number(roomy.has(signature))
  const turns = [...classes].sort((a, b) => (known(a) - known(b)) * (search.roomyFirst ? -1 : 1))
  const scarce: Option[] = []
  const plenty: Option[] = []
  for (const [signature, pod] of turns) {
    const hadRoom = roomy.has(signature)
    if (hadRoom && scarce.length > 0) break
    const option = optionFor(state, pod, search)
    if (option === undefined) continue
    if (option.roomy) roomy.add(signature)
    else roomy.delete(signature)
    ;(option.roomy ? plenty : scarce).push(option)
    if (option.roomy && (search.roomyFirst || hadRoom)) break
  }
  const [first] = plenty
  if (first !== undefined && (search.roomyFirst || scarce.length === 0)) return first.steps
  return scarce.flatMap(({ steps }) => steps)
}

function optionFor(state: State, pod: SimPod, search: Search): Option | undefined {
  const found = placement(state, pod)
  search.effort -= 1
  const healthy = readiness(state, pod) === 'Ready'
  if (!healthy || found.nodes.length === 0) search.contended = true
  if (found.nodes.length === 0) {
    const rooms =
      mayPreempt(state, pod) &&
      found.uncertain === undefined &&
      (pod.made || waitsForOthers(state.world, pod))
        ? preemptions(state, pod, found)
        : []
    const steps = rooms.map(
      (room): Step =>
        (next) =>
          take(next, pod, room, healthy),
    )
    return steps.length === 0 ? undefined : { roomy: false, steps }
  }
  const choice = nodesToTry(state, pod, found.nodes, search)
  const bindings = choice.nodes.map(
    (node): Step =>
      (next) => {
        bind(next, pod, node, healthy)
        next.candidates.set(pod, found.nodes)
      },
  )
  if (!choice.roomy) search.contended = true
  const doubt = doubtAbout(state, pod, found)
  if (doubt === undefined) return { roomy: choice.roomy, steps: bindings }
  search.doubts.add(doubt)
  return { roomy: false, steps: [(next) => next.parked.add(pod), ...bindings] }
}

/** Why it is not known whether a replacement is made, or fits; undefined where it is. */
function doubtAbout(state: State, pod: SimPod, found: Placement): string | undefined {
  if (!pod.made) return undefined
  const next = succession(state, pod)
  return found.uncertain ?? (next.type === 'Unknown' ? next.why : quotaDoubt(state, pod))
}

/** Preempts, and lets the victims' controllers make them again. */
function take(state: State, pod: SimPod, room: Preemption, healthy: boolean): void {
  preempt(state, pod, room, healthy)
  for (const victim of room.victims)
    if (victim.owner?.kind === 'StatefulSet') fill(state, victim)
    else if (succession(state, victim).type !== 'Unknown') makeSuccessor(state, victim)
}

/** One pod in the place of another, unless the owner has enough of them by now, or a quota has no room for it yet. */
export function makeSuccessor(state: State, pod: SimPod): void {
  const next = succession(state, pod)
  const refusal = next.type === 'None' ? undefined : quotaRefusal(state, pod)
  if (next.type === 'None') state.successors.set(pod, { why: next.why, lost: next.lost })
  else if (refusal !== undefined) {
    state.successors.set(pod, { why: refusal, lost: true })
    state.refused = [...state.refused, pod]
  } else
    state.successors.set(pod, {
      made: succeed(state, pod),
      ...(next.type === 'Unknown' ? { why: next.why } : {}),
    })
}

/** Lets the StatefulSet of a pod go on, and notes which pods came back. */
export function fill(state: State, member: SimPod): boolean {
  const made = fillStatefulSet(state, member)
  for (const pod of made)
    for (const before of state.gone)
      if (before.name === pod.name && before.namespace === pod.namespace)
        state.successors.set(before, { made: pod })
  return made.length > 0
}
