interface RecordedPod {
  readonly namespace: string
  readonly name: string
  readonly node: string | null
  /** `Kind/name`; `/` for a pod without an owner. */
  readonly owner: string | null
}

/** What the real `kubectl drain` did. */
export interface DrainOutcome {
  readonly exit: number
  readonly gone: readonly RecordedPod[]
  readonly remain: readonly RecordedPod[]
  readonly pending: readonly RecordedPod[]
  readonly pendingBefore: readonly RecordedPod[]
  readonly landed: readonly RecordedPod[]
}

/** As much of a plan as is judged; the judge knows nothing of how it was made. */
export interface JudgedPlan {
  readonly nodes: readonly {
    readonly verdict: string
    readonly pods: readonly {
      readonly namespace: string
      readonly name: string
      readonly owner?: { readonly kind: string; readonly name: string }
      readonly outcome: string
      readonly action: string
      readonly replacement?: { readonly fate: string }
    }[]
  }[]
}

export interface Agreement {
  /** The exit code is the one that the verdicts say; `OrderDependent` allows both. */
  readonly verdictRight: boolean
  /** As many pods of each owner went and stayed as the plan says. */
  readonly setsRight: boolean
  /** As many more pods of each owner are Pending as the plan says. */
  readonly pendingRight: boolean
  readonly notes: readonly string[]
}

interface Range {
  readonly least: number
  readonly most: number
}

const SUCCESS = ['Drains', 'DrainsDegraded']

function verdictNotes(plan: JudgedPlan, outcome: DrainOutcome): readonly string[] {
  const verdicts = plan.nodes.map(({ verdict }) => verdict)
  const failing = verdicts.filter((verdict) => !SUCCESS.includes(verdict))
  const either = failing.length > 0 && failing.every((verdict) => verdict === 'OrderDependent')
  const unknown =
    failing.includes('Unknown') && !failing.some((v) => v !== 'Unknown' && v !== 'OrderDependent')
  const expected = failing.length === 0 ? 0 : 1
  return unknown || (!either && expected !== outcome.exit)
    ? [`verdict ${verdicts.join('+')}, but kubectl exited ${outcome.exit}`]
    : []
}

const recordedOwner = ({ namespace, name, owner }: RecordedPod): string =>
  `${namespace}/${owner === null || owner === '/' ? `Pod/${name}` : owner}`

const count = (pods: readonly RecordedPod[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const pod of pods) counts.set(recordedOwner(pod), (counts.get(recordedOwner(pod)) ?? 0) + 1)
  return counts
}

type PlanPod = JudgedPlan['nodes'][number]['pods'][number]

function ranges(
  plan: JudgedPlan,
  sure: (pod: PlanPod) => boolean,
  possible: (pod: PlanPod) => boolean,
): Map<string, Range> {
  const found = new Map<string, Range>()
  for (const pod of plan.nodes.flatMap(({ pods }) => pods)) {
    const owner = pod.owner === undefined ? `Pod/${pod.name}` : `${pod.owner.kind}/${pod.owner.name}`
    const key = `${pod.namespace}/${owner}`
    const { least, most } = found.get(key) ?? { least: 0, most: 0 }
    found.set(key, { least: least + (sure(pod) ? 1 : 0), most: most + (sure(pod) || possible(pod) ? 1 : 0) })
  }
  return found
}

function compare(
  what: string,
  actual: ReadonlyMap<string, number>,
  expected: ReadonlyMap<string, Range>,
): string[] {
  const owners = [...new Set([...actual.keys(), ...expected.keys()])].sort()
  return owners.flatMap((owner) => {
    const { least, most } = expected.get(owner) ?? { least: 0, most: 0 }
    const number = actual.get(owner) ?? 0
    return number >= least && number <= most
      ? []
      : [`${what} of ${owner}: ${number}, planned ${least === most ? least : `${least} to ${most}`}`]
  })
}

/** Compares a plan with what happened (equal replicas are not told apart: by namespace and owner). */
export function judgeDrain(plan: JudgedPlan, outcome: DrainOutcome): Agreement {
  const verdict = verdictNotes(plan, outcome)
  const either = (pod: PlanPod) => pod.outcome === 'Either'
  const gone = ranges(plan, ({ outcome: end }) => end === 'Gone', either)
  const sets = compare('gone', count(outcome.gone), gone)
  const before = count(outcome.pendingBefore)
  const more = new Map(
    [...count(outcome.pending)].map(([owner, now]) => [owner, Math.max(0, now - (before.get(owner) ?? 0))]),
  )
  const pending = compare(
    'newly Pending',
    more,
    ranges(
      plan,
      ({ replacement, outcome: end }) => replacement?.fate === 'Pending' && end === 'Gone',
      ({ replacement }) => replacement?.fate === 'Either' || replacement?.fate === 'Pending',
    ),
  )
  return {
    verdictRight: verdict.length === 0,
    setsRight: sets.length === 0,
    pendingRight: pending.length === 0,
    notes: [...verdict, ...sets, ...pending],
  }
}
