import type { PlannedFix, Remedy } from './types/fix.ts'
import type { PlannedNode, Reason } from './types/node.ts'
import type { DrainPlan } from './types/plan.ts'

/** A node as it is in the JSON. */
export interface NodeDocument extends Omit<PlannedNode, 'reasons' | 'warnings'> {
  readonly reasons: readonly Reason[]
  readonly warnings: readonly string[]
}

/** A fix as it is in the JSON. */
export type FixDocument = Omit<PlannedFix, 'key' | 'commands' | 'undoSteps'>

/** The JSON of a plan (docs/reference/commands.md#drain-plan). */
export interface DrainPlanDocument
  extends Omit<DrainPlan, 'nodes' | 'stuck' | 'fixes' | 'remedy' | 'workloads'> {
  readonly nodes: readonly NodeDocument[]
  readonly stuck?: readonly Pick<NodeDocument, 'name' | 'verdict' | 'reasons'>[]
  readonly fixes: readonly FixDocument[]
  readonly remedy?: Omit<Remedy, 'fixes' | 'waveDetails'> & { readonly fixes: readonly FixDocument[] }
}

/**
 * A plan without what only its renderers need. The order of the fields is that of the plan.
 * @param notes what the reading took for granted, which people are told on standard error
 */
export const drainPlanDocument = (plan: DrainPlan, notes: readonly string[] = []): DrainPlanDocument => {
  const { stuck, workloads: _workloads, ...rest } = plan
  const { nodes, fixes, remedy, assumptions } = rest
  return {
    ...rest,
    nodes: nodes.map((node) => ({
      ...node,
      reasons: node.reasons.map(reasonDocument),
      warnings: node.warnings.map(({ message }) => message),
    })),
    ...(stuck === undefined
      ? {}
      : { stuck: stuck.map((node) => ({ ...node, reasons: node.reasons.map(reasonDocument) })) }),
    fixes: fixes.map(fixDocument),
    assumptions: [...notes, ...assumptions],
    ...(remedy === undefined ? {} : { remedy: remedyDocument(remedy) }),
  }
}

const reasonDocument = ({ code, message, pods, budgets, decidedBy }: Reason): Reason => ({
  code,
  message,
  pods,
  budgets,
  ...(decidedBy === undefined ? {} : { decidedBy }),
})

const remedyDocument = ({ waveDetails: _waveDetails, ...remedy }: Remedy) => ({
  ...remedy,
  fixes: remedy.fixes.map(fixDocument),
})

const fixDocument = ({
  key: _key,
  commands: _commands,
  undoSteps: _undoSteps,
  ...fix
}: PlannedFix): FixDocument => fix
