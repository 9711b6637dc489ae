import type { PlannedNode, PlannedPod } from '../../types/node.ts'
import type { JudgedNode, JudgedPod } from './judged-nodes.ts'
import { plannedReason } from './reason-words.ts'

/** A node as the plan tells it: words take the place of what they are made from. */
export const plannedNode = ({ name, verdict, reasons, warnings, pods }: JudgedNode): PlannedNode => ({
  name,
  verdict,
  reasons: reasons.map(plannedReason),
  warnings: warnings.map(({ code, message, pods: about }) => ({
    code,
    message: `${message}: ${about.join(', ')}`,
  })),
  pods: pods.map(plannedPod),
})

function plannedPod({ replacement, ...pod }: JudgedPod): PlannedPod {
  if (replacement === undefined) return pod
  const { blockedBy: _blockedBy, ...told } = replacement
  return { ...pod, replacement: told }
}
