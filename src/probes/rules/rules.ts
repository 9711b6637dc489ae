import { AVAILABILITY_RULES } from './availability.ts'
import { EXEC_RULES } from './exec.ts'
import { EXEC_TIME_RULES } from './exec-time.ts'
import { LIFECYCLE_RULES } from './lifecycle.ts'
import { MOVING_RULES } from './moving.ts'
import { OBSERVED_RULES } from './observed.ts'
import { PORT_RULES } from './ports.ts'
import { REFUSED_RULES } from './refused.ts'
import { ROLLOUT_RULES } from './rollout.ts'
import type { Rule } from './rule.ts'
import { TIMING_RULES } from './timing.ts'

/** The rules by theme, in the order in which the docs list them. */
export const RULE_THEMES: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: 'Where a probe goes', rules: PORT_RULES },
  { title: 'How long it waits, how much it forgives', rules: [...OBSERVED_RULES, ...TIMING_RULES] },
  { title: 'Commands', rules: [...EXEC_RULES, ...EXEC_TIME_RULES] },
  { title: 'Refused by the API server', rules: REFUSED_RULES },
  { title: 'Rollouts and traffic', rules: [...ROLLOUT_RULES, ...MOVING_RULES] },
  { title: 'Drains and autoscaling', rules: AVAILABILITY_RULES },
  { title: 'Start and end of pods', rules: LIFECYCLE_RULES },
]

/** Every rule on configuration. */
export const RULES: readonly Rule[] = RULE_THEMES.flatMap(({ rules }) => rules)
