import type { Backends, Effect, Finding, NextRestart, RestartImpact } from '../../model/report/finding.ts'
import { humanDuration, secondsBetween } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'

/** `UnreadyOnly`: no Service would send traffic, or all get it whether they are ready or not. */
type ShownEffect = Effect | 'UnreadyOnly'

/** What it does now, and what it did before it recovered. */
const EFFECTS: Readonly<Record<ShownEffect, { readonly now: string; readonly before: string }>> = {
  Restarting: { now: 'the container is restarted', before: 'the container was restarted' },
  Unready: { now: 'gets no traffic from Services', before: 'got no traffic from Services' },
  UnreadyOnly: { now: 'is not ready', before: 'was not ready' },
  NotStarted: { now: 'does not start', before: 'did not start' },
  Inert: { now: 'the probe does nothing', before: 'the probe does nothing' },
  None: { now: '', before: '' },
}

/** What is still to come of a start. */
const AT_START: Readonly<Record<Effect, string>> = {
  Restarting: '',
  Unready: 'is not ready yet',
  NotStarted: 'is not started yet',
  Inert: '',
  None: '',
}

/** What the failure does to its container. */
export function effectText({ effect, severity, impact, starting }: Finding): string {
  if (starting !== undefined) return AT_START[effect]
  const isNoLoss = impact?.backends?.every(({ publishesNotReady }) => publishesNotReady) ?? false
  const words = EFFECTS[effect === 'Unready' && isNoLoss ? 'UnreadyOnly' : effect]
  return severity === 'Error' ? words.now : words.before
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
