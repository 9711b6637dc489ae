import type { PlannedNode, Reason } from './types/node.ts'
import type { DrainPlan } from './types/plan.ts'

/** A node as it is in the JSON. */
export interface NodeDocument extends Omit<PlannedNode, 'reasons' | 'warnings'> {
  readonly reasons: readonly Reason[]
  readonly warnings: readonly string[]
}

/** The JSON of a plan (contract.md, kind DrainPlan). */
export interface DrainPlanDocument extends Omit<DrainPlan, 'nodes'> {
  readonly nodes: readonly NodeDocument[]
}

/** A plan without what only its renderers need. */
export const drainPlanDocument = (plan: DrainPlan): DrainPlanDocument => ({
  ...plan,
  nodes: plan.nodes.map((node) => ({
    ...node,
    reasons: node.reasons.map(({ code, message, pods, budgets }) => ({ code, message, pods, budgets })),
    warnings: node.warnings.map(({ message }) => message),
  })),
})
