import type { Evidence } from '../../model/report/finding.ts'
import { type ExecError, parseExecError } from '../messages/exec-error.ts'
import { type ContainerInfo, lastTermination } from '../pod-info.ts'
import { logEvidence } from './lines.ts'

/**
 * What the log of a run that has ended says of its end. `Signal`: a signal or a request to stop came; `Stopping`: it
 * shut itself down, which programs also print where they end by themselves; `Finished`: its work was done; `Other`:
 * nothing of the kind; `NoLog`: there is no log of that run.
 */
export type LastWords = 'Signal' | 'Stopping' | 'Finished' | 'Other' | 'NoLog'

/** The last words of a run, and the line that they rest on, where one is worth showing. */
export interface EndOfLog {
  readonly words: LastWords
  readonly evidence: readonly Evidence[]
}

/** Programs print several lines while they stop. */
const READ_LINES = 12
const READ_CHARACTERS = 500

/**
 * What runtimes and servers print of a signal or of a request to stop: Go and Consul (`terminated`), nginx and Apache
 * (`signal 3 (SIGQUIT) received`, `caught SIGTERM`), gunicorn (`Handling signal: term`), MongoDB (`Received signal`),
 * PostgreSQL (`received fast shutdown request`), MySQL (`Received SHUTDOWN from user`), Python (`KeyboardInterrupt`).
 */
const SIGNAL = [
  /\bSIG(?:TERM|INT|QUIT|HUP|WINCH)\b/,
  /ENVOY_SIGTERM/,
  /\b(?:received|caught|got|handling|trapped|os|system) (?:\w+ )?signal\b/i,
  /\bsignal(?: \w+)? (?:received|caught|handled)\b/i,
  /\bsignal\b["':= ]{1,4}(?:term|int|quit|1?5|3)/i,
  /\breceived (?:terminated|interrupt)\b/i,
  /(?:^|[\s:="'([])terminated["'.)\]}]*\s*$/i,
  /\breceived (?:smart|fast|immediate) shutdown request\b/i,
  /\breceived shutdown from\b/i,
  /\bKeyboardInterrupt\b/,
]

/** Spring, uvicorn, .NET, Redis, Puma and others, once they stop. */
const STOPPING =
  /\b(?:shut(?:ting)?[ -]?down|shutdown|stopping|graceful(?:ly)?|closing|draining|exiting|bye)\b|http: Server closed/i

const FINISHED =
  /\b(?:done|finished|completed?|succe(?:ss|eded|ssful(?:ly)?)|nothing (?:left )?to do|no more (?:work|jobs|messages))\b/i

/** Lines that the kubelet or kubectl puts in the place of a log that is gone. */
const NO_LOG = /^unable to retrieve container logs|^failed to try resolving symlinks|^Error from server/

/** The lines at the end of the last run of a container that has ended. */
export function endOfLog(container: ContainerInfo): EndOfLog {
  const found = logOfEndedRun(container)
  const lines = (found?.text ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !NO_LOG.test(line))
    .slice(-READ_LINES)
    .map((line) => line.slice(0, READ_CHARACTERS))
  const last = lines.at(-1)
  if (found === undefined || last === undefined) return { words: 'NoLog', evidence: [] }
  const show = (words: LastWords, line: string): EndOfLog => ({
    words,
    evidence: [logEvidence(container, line, found.previous)],
  })
  const signal = lines.findLast((line) => SIGNAL.some((pattern) => pattern.test(line)))
  if (signal !== undefined) return show('Signal', signal)
  const stopping = lines.findIndex((line) => STOPPING.test(line))
  const finished = lines.findIndex((line) => FINISHED.test(line) && !STOPPING.test(line))
  // What was done before it stopped may be the reason to stop.
  if (stopping >= 0 && (finished < 0 || finished > stopping)) return show('Stopping', lines[stopping] ?? last)
  if (finished >= 0 && stopping < 0) return show('Finished', lines[finished] ?? last)
  return show('Other', last)
}

/**
 * Why the kernel refused the command of the last run, where that is all that its log says: runc writes it in the place of
 * the command (docs/reference/events.md#B1.2).
 */
export function refusedCommand(container: ContainerInfo): ExecError | undefined {
  const lines = (logOfEndedRun(container)?.text ?? '').split('\n').filter((line) => line.trim() !== '')
  return lines.length === 1 ? parseExecError(lines[0] ?? '') : undefined
}

/** While a container waits for its restart, the present log is that of the run which has ended. */
function logOfEndedRun({ log, previousLog, status }: ContainerInfo) {
  const isOver = status?.state?.running === undefined && lastTermination(status) !== undefined
  if (isOver && log !== undefined) return { text: log, previous: false }
  return previousLog === undefined ? undefined : { text: previousLog, previous: true }
}
