import type { Command } from '@oclif/core'
import DrainPlan from './drain-plan.ts'
import ExplainEvents from './explain-events.ts'
import ProbeCheck from './probe-check.ts'

/** The plugins, by the name that follows `kubectl`. oclif reads this table; there is no folder to search. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  'probe-check': ProbeCheck,
  'drain-plan': DrainPlan,
  'explain-events': ExplainEvents,
}
