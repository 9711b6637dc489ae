import type { Code } from '../codes/codes.ts'

/** What a rule wants a log for. */
export type LogUse = 'Listeners' | 'Refusal' | 'AnswerTime' | 'LastWords'

/** What the log may tell, as the end of "its log, which may tell ...". */
export const LOG_USE_WORDS: Readonly<Record<LogUse, string>> = {
  Listeners: 'where the application listens',
  Refusal: 'why the server refuses',
  AnswerTime: 'how long the answers take and what holds them up',
  LastWords: 'what the process said before its end',
}

/**
 * The causes whose rule reads the logs of its container, and what for. A cause stands here by the code that it has as
 * long as no log was read, because that is when the log is asked for.
 */
export const LOG_USES: Readonly<Partial<Record<Code, LogUse>>> = {
  'bound-to-localhost': 'Listeners',
  'port-closed': 'Listeners',
  'slow-start': 'Listeners',
  starting: 'Listeners',
  'startup-budget': 'Listeners',
  'not-ready-unexplained': 'Listeners',
  'probe-kill-unexplained': 'Listeners',
  'connection-closed': 'Refusal',
  'http-status': 'Refusal',
  'http-unauthorized': 'Refusal',
  'not-grpc': 'Refusal',
  'scheme-mismatch': 'Refusal',
  'cpu-starved': 'AnswerTime',
  hang: 'AnswerTime',
  'timeout-too-short': 'AnswerTime',
  unreachable: 'AnswerTime',
  'completed-restart': 'LastWords',
  'container-command-missing': 'LastWords',
  crash: 'LastWords',
  'init-failed': 'LastWords',
  'oom-killed': 'LastWords',
}
