/**
 * Why the scheduler leaves nodes out. `VolumeElsewhere` and `OtherNode` narrow the nodes down to those that can be meant
 * at all: by where a volume is, or by the node's own name. A `Taint` is `Reserved` where nobody is meant to tolerate it,
 * and `Unnamed` where the text does not name it, as since 1.35.
 */
export type FilterReason = (
  | {
      readonly kind:
        | 'VolumeElsewhere'
        | 'OtherNode'
        | 'Affinity'
        | 'Spread'
        | 'Ports'
        | 'Resources'
        | 'Cordoned'
        | 'UnboundClaim'
        | 'VolumeLimit'
        | 'Unknown'
    }
  | { readonly kind: 'Taint'; readonly taint: 'Reserved' | 'Unnamed' | 'Other' }
) & {
  /** The scheduler's own words. */
  readonly text: string
  readonly nodes: number
}

/** What the condition `PodScheduled` says of a pod that no node can take. */
export interface Unschedulable {
  /** The 5 of `0/5 nodes are available`; undefined where no nodes are counted. */
  readonly totalNodes: number | undefined
  readonly reasons: readonly FilterReason[]
  /** The PersistentVolumeClaim that is named, and whether something is said not to exist. */
  readonly claim: { readonly name: string | undefined; readonly isAbsent: boolean }
}

/** `didn't satisfy plugin(s) [NodeAffinity]`, `didn't satisfy plugin VolumeBinding`: named in place of a reason. */
const plugin = (...names: readonly string[]): RegExp =>
  new RegExp(`satisfy plugin(?:\\(s\\))? \\[?[\\w ]*\\b(?:${names.join('|')})\\b`)

/** What the scheduler's filters say; the first match wins (spec/events.md B.4.1). */
const REASONS: readonly { readonly pattern: RegExp; readonly kind: FilterReason['kind'] }[] = [
  { pattern: plugin('Volume\\w+'), kind: 'VolumeElsewhere' },
  { pattern: plugin('NodeAffinity', 'NodeName'), kind: 'OtherNode' },
  { pattern: plugin('InterPodAffinity'), kind: 'Affinity' },
  { pattern: plugin('PodTopologySpread'), kind: 'Spread' },
  { pattern: plugin('NodePorts'), kind: 'Ports' },
  { pattern: plugin('NodeResourcesFit'), kind: 'Resources' },
  { pattern: plugin('TaintToleration'), kind: 'Taint' },
  { pattern: plugin('NodeUnschedulable'), kind: 'Cordoned' },
  {
    pattern:
      /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]*" (?:not found|bound to|is being)/i,
    kind: 'UnboundClaim',
  },
  {
    pattern: /available persistent volumes to bind|ephemeral volume controller to create/i,
    kind: 'UnboundClaim',
  },
  { pattern: /^Insufficient |Too many pods/i, kind: 'Resources' },
  { pattern: /free ports for the requested pod ports/i, kind: 'Ports' },
  { pattern: /topology spread constraints/i, kind: 'Spread' },
  {
    pattern: /affinity\/selector|pod affinity|anti-affinity|requested node name|required features/i,
    kind: 'Affinity',
  },
  {
    pattern:
      /enough free storage|max volume count|CSI driver is not installed|no available disk|ReadWriteOncePod/i,
    kind: 'VolumeLimit',
  },
  { pattern: /PersistentVolume's node affinity|volume node affinity|volume zone/i, kind: 'VolumeElsewhere' },
  { pattern: /untolerated taint|had taints?\b/i, kind: 'Taint' },
  { pattern: /were unschedulable/i, kind: 'Cordoned' },
]

const RESERVED_TAINT = /node-role\.kubernetes\.io\/(?:control-plane|master)|node\.kubernetes\.io\//

/** Whether nobody is meant to tolerate a taint of this key: the nodes behind it would not help. */
export const isReservedTaint = (key: string): boolean => RESERVED_TAINT.test(key)

/** Reads `0/5 nodes are available: 3 Insufficient cpu, 2 node(s) ...`; what preemption says is left out. */
export function parseUnschedulable(message: string): Unschedulable {
  const total = /^0\/(\d+) nodes/.exec(message)?.[1]
  return {
    totalNodes: total === undefined ? undefined : Number(total),
    reasons: clausesOf(message).map(filterReason),
    claim: {
      name: /persistentvolumeclaim "([^"]+)"/i.exec(message)?.[1],
      isAbsent: /not found/.test(message),
    },
  }
}

interface Clause {
  readonly text: string
  readonly nodes: number
}

function clausesOf(message: string): readonly Clause[] {
  const [head = ''] = message.split(/\.? ?(?:preemption: |no new claims to deallocate)/)
  const body = head.replace(/^\d+\/\d+ nodes are available: /, '')
  const counted = [...body.matchAll(/(\d+) (.+?)(?=, \d+ |\.\s*$|\.? *$)/g)].map(([, nodes, text = '']) => ({
    nodes: Number(nodes),
    text: text.replace(/\.$/, ''),
  }))
  return counted.length > 0 ? counted : [{ nodes: Number(/^\d+\/(\d+)/.exec(message)?.[1] ?? 0), text: body }]
}

function filterReason({ text, nodes }: Clause): FilterReason {
  const kind = REASONS.find(({ pattern }) => pattern.test(text))?.kind ?? 'Unknown'
  if (kind !== 'Taint') return { kind, text, nodes }
  const isUnnamed = /untolerated taint\(s\)/.test(text)
  return { kind, taint: isReservedTaint(text) ? 'Reserved' : isUnnamed ? 'Unnamed' : 'Other', text, nodes }
}
