import type { Code } from '../codes/codes.ts'

/** `didn't satisfy plugin(s) [NodeAffinity]`, `didn't satisfy plugin VolumeBinding`: named in place of a reason. */
const plugin = (...names: readonly string[]): RegExp =>
  new RegExp(`satisfy plugin(?:\\(s\\))? \\[?[\\w ]*\\b(?:${names.join('|')})\\b`)

/** What the scheduler's filters say, and which of them the user can mend soonest (spec/events.md B.4.1). */
const REASONS: readonly { readonly pattern: RegExp; readonly code: Code; readonly mendable: number }[] = [
  // A plugin narrows the nodes down to those that can be meant at all (a node's own name, where a volume is): what is
  // said of these leads.
  { pattern: plugin('Volume\\w+'), code: 'unschedulable-volume', mendable: 0 },
  { pattern: plugin('NodeAffinity', 'NodeName'), code: 'unschedulable-affinity', mendable: 0 },
  { pattern: plugin('InterPodAffinity'), code: 'unschedulable-affinity', mendable: 3 },
  { pattern: plugin('PodTopologySpread'), code: 'unschedulable-spread', mendable: 3 },
  { pattern: plugin('NodePorts'), code: 'unschedulable-ports', mendable: 3 },
  { pattern: plugin('NodeResourcesFit'), code: 'unschedulable-resources', mendable: 3 },
  { pattern: plugin('TaintToleration'), code: 'unschedulable-taints', mendable: 2 },
  { pattern: plugin('NodeUnschedulable'), code: 'unschedulable-taints', mendable: 1 },
  {
    pattern:
      /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]*" (?:not found|bound to|is being)/i,
    code: 'pvc-unbound',
    mendable: 3,
  },
  {
    pattern: /available persistent volumes to bind|ephemeral volume controller to create/i,
    code: 'pvc-unbound',
    mendable: 3,
  },
  { pattern: /^Insufficient |Too many pods/i, code: 'unschedulable-resources', mendable: 3 },
  { pattern: /free ports for the requested pod ports/i, code: 'unschedulable-ports', mendable: 3 },
  { pattern: /topology spread constraints/i, code: 'unschedulable-spread', mendable: 3 },
  {
    pattern: /affinity\/selector|pod affinity|anti-affinity|requested node name|required features/i,
    code: 'unschedulable-affinity',
    mendable: 3,
  },
  {
    pattern:
      /enough free storage|max volume count|CSI driver is not installed|no available disk|ReadWriteOncePod/i,
    code: 'unschedulable-volume',
    mendable: 2,
  },
  // Only some nodes can have the volume at all; what keeps the pod off those leads.
  {
    pattern: /PersistentVolume's node affinity|volume node affinity|volume zone/i,
    code: 'unschedulable-volume',
    mendable: 0,
  },
  { pattern: /untolerated taint|had taints?\b/i, code: 'unschedulable-taints', mendable: 2 },
  { pattern: /were unschedulable/i, code: 'unschedulable-taints', mendable: 1 },
]

/** Taints that nobody is meant to tolerate: the nodes behind them would not help. */
export const RESERVED_TAINT = /node-role\.kubernetes\.io\/(?:control-plane|master)|node\.kubernetes\.io\//

export interface FilterReason {
  readonly text: string
  readonly nodes: number
  readonly code: Code
  readonly mendable: number
}

/** The parts of `0/5 nodes are available: 3 Insufficient cpu, 2 node(s) ...`; what preemption says is left out. */
export function filterReasons(message: string): readonly FilterReason[] {
  const [head = ''] = message.split(/\.? ?(?:preemption: |no new claims to deallocate)/)
  const body = head.replace(/^\d+\/\d+ nodes are available: /, '')
  const counted = [...body.matchAll(/(\d+) (.+?)(?=, \d+ |\.\s*$|\.? *$)/g)].map(([, nodes, text = '']) => ({
    nodes: Number(nodes),
    text: text.replace(/\.$/, ''),
  }))
  const parts =
    counted.length > 0 ? counted : [{ nodes: Number(/^\d+\/(\d+)/.exec(message)?.[1] ?? 0), text: body }]
  return parts.map(({ nodes, text }) => {
    const row = REASONS.find(({ pattern }) => pattern.test(text))
    const reserved = row?.code === 'unschedulable-taints' && RESERVED_TAINT.test(text)
    return { nodes, text, code: row?.code ?? 'unschedulable', mendable: reserved ? 0 : (row?.mendable ?? 1) }
  })
}
