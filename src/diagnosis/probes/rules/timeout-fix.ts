import { probeField } from '../../../model/kubernetes/probe.ts'
import { type Evidence, type Fix, tentative } from '../../../model/report/finding.ts'
import { specEvidence } from '../../evidence.ts'
import { containerFix } from '../../fixes/patch.ts'
import type { ProbeFailure } from '../failure.ts'
import { probeNames, sameHandlerProbes } from './common.ts'

/** A timeout of so many seconds is plenty for a health check. */
export const PLENTY_SECONDS = 5

export const guessedSeconds = ({ probe: { timeoutSeconds } }: ProbeFailure): number =>
  Math.max(PLENTY_SECONDS, timeoutSeconds * 3)

/** @param why what tells that so many seconds suffice; without it they are a guess */
export function timeoutFix(failure: ProbeFailure, seconds: number, why = ''): readonly Fix[] {
  const probes = sameHandlerProbes(failure).filter(({ timeoutSeconds }) => timeoutSeconds < seconds)
  const patch = Object.fromEntries(probes.map(({ type }) => [probeField(type), { timeoutSeconds: seconds }]))
  const fixes = containerFix(
    failure.container,
    `Raise timeoutSeconds of the ${probeNames(probes)} from ${failure.probe.timeoutSeconds} to ${seconds}${why}`,
    patch,
  )
  return why === '' ? tentative(fixes) : fixes
}

export const timeoutEvidence = ({ container, probe }: ProbeFailure): Evidence =>
  specEvidence(container, `${probeField(probe.type)}.timeoutSeconds`, `${probe.timeoutSeconds}`)
