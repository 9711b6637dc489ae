import { atMost, type Diagnosis } from '../../cause.ts'
import { includes, type ProbeMessageClass } from '../../messages/probe-classes.ts'
import type { ProbeFailure } from '../failure.ts'

/** What an application may still mend by itself while it starts (docs/reference/probe-failures.md#starting). */
export function withDoubt(
  { attempts: { class: name, message } }: ProbeFailure,
  judged: Diagnosis,
): Diagnosis {
  const isLasting = name === 'http.status' && LASTING_STATUSES.includes(message.status ?? 0)
  const doubtful =
    judged.code === 'port-closed' ||
    (includes(LATE_CLASSES, name) && !isLasting && judged.code !== 'http-server-error')
  return doubtful ? { ...judged, confidence: atMost('Likely', judged.confidence) } : judged
}

/** Routes, files, services and tools may come later. */
const LATE_CLASSES: readonly ProbeMessageClass[] = [
  'http.status',
  'grpc.notfound',
  'grpc.status',
  'exec.output.tool',
]

/** The request itself is refused: 400, credentials, the method, the host, a rate limit. */
const LASTING_STATUSES: readonly number[] = [400, 401, 405, 421, 429]
