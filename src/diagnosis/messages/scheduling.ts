/**
 * Why the scheduler leaves nodes out. `VolumeElsewhere` and `OtherNode` narrow the nodes down to those that can be
 * meant at all: by where a volume is, or by the node's own name. A claim is `Unbound` where it has no volume yet,
 * `Missing` where it does not exist or goes away; of a `LostVolume` the claim names a volume that does not exist. A `Taint` is `Reserved` where nobody is meant to tolerate it, and
 * `Unnamed` where the text does not name it, as since 1.35.
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
        | 'MissingClaim'
        | 'LostVolume'
        | 'VolumeLimit'
        | 'Devices'
        | 'NoNodes'
        | 'PodDeleted'
        | 'Unknown'
    }
  | { readonly kind: 'Taint'; readonly taint: 'Reserved' | 'Unnamed' | 'Other' }
) & {
  /** The scheduler's own words. */
  readonly text: string
  readonly nodes: number
}

/**
 * What the scheduler says of a pod that no node can take, in the condition `PodScheduled` and in `FailedScheduling`.
 */
export interface Unschedulable {
  /** The 5 of `0/5 nodes are available`; undefined where no nodes are counted. */
  readonly totalNodes: number | undefined
  readonly reasons: readonly FilterReason[]
  /** The PersistentVolumeClaim that is named, and whether it, or the volume that it names, is said not to exist. */
  readonly claim: {
    readonly name: string | undefined
    readonly isAbsent: boolean
    readonly isVolumeAbsent: boolean
  }
}

/** `didn't satisfy plugin(s) [NodeAffinity]`, `didn't satisfy plugin VolumeBinding`: named in place of a reason. */
const plugin = (...names: readonly string[]): RegExp =>
  new RegExp(`satisfy plugin(?:\\(s\\))? \\[?[\\w ]*\\b(?:${names.join('|')})\\b`)

/** What the scheduler's filters say; the first match wins (docs/reference/events.md#B4.1). */
const REASONS: readonly { readonly pattern: RegExp; readonly kind: FilterReason['kind'] }[] = [
  { pattern: plugin('Volume\\w+'), kind: 'VolumeElsewhere' },
  { pattern: plugin('NodeAffinity', 'NodeName'), kind: 'OtherNode' },
  { pattern: plugin('InterPodAffinity'), kind: 'Affinity' },
  { pattern: plugin('PodTopologySpread'), kind: 'Spread' },
  { pattern: plugin('NodePorts'), kind: 'Ports' },
  { pattern: plugin('NodeResourcesFit'), kind: 'Resources' },
  { pattern: plugin('TaintToleration'), kind: 'Taint' },
  { pattern: plugin('NodeUnschedulable'), kind: 'Cordoned' },
  { pattern: /^skip schedule deleting pod|is being deleted, cannot be assigned/, kind: 'PodDeleted' },
  {
    pattern:
      /unbound (?:immediate )?PersistentVolumeClaims|PersistentVolumeClaim is not bound|persistent volumes to bind|binding volumes: timed out/i,
    kind: 'UnboundClaim',
  },
  { pattern: /bound to non-existent (?:persistentvolume|pv\(s\))/i, kind: 'LostVolume' },
  {
    pattern: /persistentvolumeclaim "[^"]*" (?:not found|is being)|waiting for ephemeral volume controller/i,
    kind: 'MissingClaim',
  },
  { pattern: /\bInsufficient |Too many pods/, kind: 'Resources' },
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
  {
    pattern: /cannot allocate all claims|resourceclaim not available|device class .* does not exist/,
    kind: 'Devices',
  },
  { pattern: /^no nodes available/, kind: 'NoNodes' },
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
      isVolumeAbsent: /bound to non-existent/i.test(message),
    },
  }
}

interface Clause {
  readonly text: string
  readonly nodes: number
}

const HEADER = /^\d+\/(\d+) nodes are available: /

/** Without numbers of nodes, all of the text is one clause. */
function clausesOf(message: string): readonly Clause[] {
  const [head = ''] = message.split(/\.? ?(?:preemption: |no new claims to deallocate)/)
  const total = HEADER.exec(head)?.[1]
  if (total === undefined) return [{ nodes: 0, text: head }]
  const body = head.replace(HEADER, '')
  const counted = [...body.matchAll(/(\d+) (.+?)(?=, \d+ |\.\s*$|\.? *$)/g)].map(([, nodes, text = '']) => ({
    nodes: Number(nodes),
    text: text.replace(/\.$/, ''),
  }))
  return counted.length > 0 ? counted : [{ nodes: Number(total), text: body }]
}

function filterReason({ text, nodes }: Clause): FilterReason {
  const kind = REASONS.find(({ pattern }) => pattern.test(text))?.kind ?? 'Unknown'
  if (kind !== 'Taint') return { kind, text, nodes }
  const isUnnamed = /untolerated taint\(s\)/.test(text)
  return { kind, taint: isReservedTaint(text) ? 'Reserved' : isUnnamed ? 'Unnamed' : 'Other', text, nodes }
}
