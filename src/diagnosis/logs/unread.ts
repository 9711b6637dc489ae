import type { Gap } from '../../model/snapshot/snapshot.ts'
import type { Diagnosis } from '../cause.ts'
import type { PodInfo } from '../pod-info.ts'
import { LOG_USE_WORDS, LOG_USES } from './wishes.ts'

/** What became of a log that was asked for. */
const REASONS: Readonly<Partial<Record<Gap['reason'], string>>> = {
  Forbidden: 'may not be read by this user',
  OutOfTime: 'was not read in time',
  Unreadable: 'could not be read',
}

/** Says so where a log that its rule would look into was asked for and not read: with it, the cause may be another. */
export function withUnreadLog<C extends Diagnosis & { readonly container?: string }>(
  podInfo: PodInfo,
  cause: C,
): C {
  const use = LOG_USES[cause.code]
  const container = podInfo.containers.find(({ name }) => name === cause.container)
  if (use === undefined || container === undefined) return cause
  if (container.log !== undefined || container.previousLog !== undefined) return cause
  const why = gapOf(podInfo, container.name)?.reason
  const became = why && REASONS[why]
  return became === undefined
    ? cause
    : {
        ...cause,
        explanation: `${cause.explanation} The log, which may tell ${LOG_USE_WORDS[use]}, ${became}.`,
      }
}

const gapOf = ({ cluster, pod: { metadata } }: PodInfo, container: string): Gap | undefined =>
  cluster.gaps.find(
    ({ resource, namespace, logs }) =>
      resource === 'pods/log' &&
      (namespace === undefined || namespace === metadata.namespace) &&
      (logs === undefined ||
        logs.some(
          (log) =>
            log.namespace === metadata.namespace && log.pod === metadata.name && log.container === container,
        )),
  )
