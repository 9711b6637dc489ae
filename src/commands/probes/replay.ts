import type { Connection } from '../../kube/api/live.ts'
import { UserError } from '../../model/errors.ts'
import type { Requirement } from '../../model/kubernetes/selector.ts'
import { indexCluster } from '../../model/snapshot/cluster.ts'
import type { Replay } from '../../model/snapshot/replay.ts'
import { parseTargets, type Selection, selectWorkloads } from '../../model/snapshot/selection.ts'
import type { Snapshot } from '../../model/snapshot/snapshot.ts'
import { humanDuration } from '../../model/text/time.ts'
import type { NotRun } from '../../probes/replay.ts'
import type { Progress } from '../../progress.ts'

const MOST_ATTEMPTS = 100

/** Seconds to wait for an answer: by default, and at most. */
const WAIT = 30
const LONGEST_WAIT = 600

interface ReplayFlags {
  readonly replay?: boolean
  readonly count?: number | undefined
  readonly 'replay-timeout'?: number | undefined
  readonly filename?: readonly string[] | undefined
  readonly selector?: readonly Requirement[] | undefined
}

/**
 * Checks what `--replay` and `--count` say, and that workloads are named, before anything is read.
 * @throws UserError
 */
export async function checkReplay(flags: ReplayFlags, words: readonly string[]): Promise<void> {
  checkReplayFlags(flags)
  const { checkReplaySelection } = await import('../../probes/replay.ts')
  checkReplaySelection({ targets: parseTargets(words), selector: flags.selector ?? [] })
}

/** @throws UserError */
export function checkReplayFlags(flags: ReplayFlags): void {
  const { replay, count, filename } = flags
  if (count !== undefined && !replay)
    throw new UserError('--count says how often to run the probes', 'Add --replay.')
  if (count !== undefined && (count < 1 || count > MOST_ATTEMPTS))
    throw new UserError(`invalid argument "${count}" for --count: it must be from 1 to ${MOST_ATTEMPTS}`)
  const timeout = flags['replay-timeout']
  if (timeout !== undefined && !replay)
    throw new UserError('--replay-timeout says how long to wait for the answers to probes', 'Add --replay.')
  if (timeout !== undefined && timeout > LONGEST_WAIT)
    throw new UserError(`--replay-timeout must be at most ${humanDuration(LONGEST_WAIT)}`)
  if (replay && filename !== undefined)
    throw new UserError(
      '--replay runs probes in a live cluster, and -f reads files',
      'Leave one of the two away.',
    )
}

/**
 * Runs the probes of the selection and adds what they showed to the snapshot. `unredacted` is what came from the
 * server: the commands of probes may hold values that the snapshot leaves out. Where a replay contradicts the kubelet,
 * pods and events are read once more after its next attempt.
 * @throws UserError for a selection of too many probes
 */
export async function withReplays(
  connection: Connection,
  { unredacted, snapshot }: { readonly unredacted: Snapshot; readonly snapshot: Snapshot },
  selection: Selection,
  { count = 1, 'replay-timeout': answerSeconds = WAIT }: Pick<ReplayFlags, 'count' | 'replay-timeout'>,
  progress: Progress,
): Promise<Snapshot> {
  const [{ addReplays, replayProbes, rereadAfter }, { replayPlan, secondsToSecondLook }] = await Promise.all([
    import('../../kube/replay/replay.ts'),
    import('../../probes/replay.ts'),
  ])
  const cluster = indexCluster(unredacted)
  const { requests, notRun } = replayPlan(cluster, selectWorkloads(cluster, selection))
  const { replays, gaps } = await replayProbes(connection, requests, {
    count,
    answerSeconds,
    onProgress: (text) => progress.update(text),
  })
  const all = [...replays, ...notRun.map((one) => notRunReplay(one, unredacted.now))]
  const withAll = addReplays(snapshot, { replays: all, gaps })
  const seconds = secondsToSecondLook(cluster, replays)
  if (seconds === 0) return withAll
  progress.update(`waiting ${seconds}s for the kubelet's next attempt`)
  // Without it the report is as true, only less sure.
  return rereadAfter(connection, withAll, seconds).catch(() => withAll)
}

const notRunReplay = ({ namespace, pod, container, probe, why }: NotRun, at: string): Replay => ({
  namespace,
  pod,
  container,
  probe,
  at,
  roundTripMilliseconds: 0,
  attempts: [],
  stopped: why,
})
