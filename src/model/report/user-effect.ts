import type { Finding } from './finding.ts'

/**
 * What trouble does to those who use the workload, worst first: a Service has no ready backend left, a rollout does not
 * get to its end, pods do not start, restart or are not Ready, anything else that is broken, what will break or was
 * broken, a start that is not over, a remark.
 */
export const USER_EFFECTS = [
  'Outage',
  'RolloutStuck',
  'NotStarted',
  'Restarting',
  'Unready',
  'OtherError',
  'Warning',
  'Starting',
  'Remark',
] as const
export type UserEffect = (typeof USER_EFFECTS)[number]

/** What is looked at. `ongoing` is false of what may be over: then it does nothing that is known. */
type Judged = Pick<Finding, 'severity' | 'effect' | 'impact' | 'starting' | 'configuration'> & {
  readonly ongoing?: boolean
}

/** What one finding does to users now. */
export function userEffectOf(finding: Judged): UserEffect {
  const { severity, effect, impact, starting, configuration, ongoing = true } = finding
  if (starting !== undefined) return 'Starting'
  if (severity !== 'Error') return severity === 'Warning' ? 'Warning' : 'Remark'
  if (effect === 'None' || effect === 'Inert' || configuration || !ongoing) return 'OtherError'
  if (outagesOf(finding).length > 0) return 'Outage'
  return impact?.rollout === undefined ? effect : 'RolloutStuck'
}

/** Names of the Services that have no ready backend, because of a finding that goes on. */
export const outagesOf = ({ severity, effect, impact, ongoing = true }: Judged): readonly string[] =>
  severity === 'Error' && ongoing && effect !== 'None' && effect !== 'Inert'
    ? (impact?.backends ?? []).flatMap(({ service, ready, publishesNotReady }) =>
        ready === 0 && publishesNotReady !== true ? [service] : [],
      )
    : []

/** 0 for the worst. */
export const userEffectRank = (effect: UserEffect): number => USER_EFFECTS.indexOf(effect)

/** The worse of several; `Remark` of none. */
export const worstEffect = (effects: readonly UserEffect[]): UserEffect =>
  USER_EFFECTS.find((one) => effects.includes(one)) ?? 'Remark'
