import type { Backends, Effect, Finding, NextRestart, RestartImpact } from '../../model/report/finding.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'

/** What it does now, and what it did before it recovered. */
const EFFECTS: Readonly<Record<Effect, readonly [now: string, before: string]>> = {
  Restarting: ['the container is restarted', 'the container was restarted'],
  Unready: ['gets no traffic from Services', 'got no traffic from Services'],
  NotStarted: ['does not start', 'did not start'],
  Inert: ['the probe does nothing', 'the probe does nothing'],
  None: ['', ''],
}

/** What the failure does to its container; of no traffic only where a Service would send some. */
export function effectText({ effect, severity, impact }: Finding): string {
  const now = severity === 'Error'
  if (effect === 'Unready' && impact?.backends?.every(({ publishesNotReady }) => publishesNotReady))
    return now ? 'is not ready' : 'was not ready'
  return EFFECTS[effect][now ? 0 : 1]
}

/** What the failure does beyond that, one phrase each: restarts, the next start, Services, the rollout. */
export function impactPhrases({ impact }: Finding, now: string): readonly string[] {
  const { restarts, nextRestart, backends = [], rollout } = impact ?? {}
  return [
    ...(restarts === undefined ? [] : [restartText(restarts, now)]),
    ...(nextRestart === undefined ? [] : [nextText(nextRestart, now)]),
    ...backends.map(backendText),
    ...(rollout === undefined ? [] : [`rollout stuck: ${rollout}`]),
  ]
}

function restartText({ total, byProbe, proof, lastFinishedAt }: RestartImpact, now: string): string {
  const age = secondsBetween(lastFinishedAt, now)
  const last = age === undefined ? '' : ` (last ${humanDuration(age)} ago)`
  if (byProbe === undefined) return `${plural(total, 'restart')}${last}`
  if (byProbe === 0) return `${plural(total, 'restart')}${last}, none of them shown to be by this probe`
  const likely = proof === 'LifeLength' ? ', as their length tells' : ''
  return byProbe === total
    ? `${plural(total, 'restart')} by this probe${likely}${last}`
    : `${plural(total, 'restart')}${last}, at least ${byProbe} of them by this probe${likely}`
}

function nextText({ at, atMost }: NextRestart, now: string): string {
  const seconds = secondsBetween(now, at)
  if (seconds === undefined || seconds <= 0) return 'next start any moment'
  return `next start ${atMost ? 'within' : 'in about'} ${humanDuration(seconds)}`
}

const backendText = ({ service, ready, total, publishesNotReady }: Backends): string =>
  `Service ${service}: ${ready} of ${total} backends ready${publishesNotReady ? ', all get traffic' : ''}`
