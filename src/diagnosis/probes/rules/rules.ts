import type { Diagnosis } from '../../cause.ts'
import {
  includes,
  NETWORK_CLASSES,
  NO_ANSWER_CLASSES,
  type ProbeMessageClass,
} from '../../messages/probe-classes.ts'
import type { ProbeFailure } from '../failure.ts'
import { suspectOf } from '../no-answer/suspect.ts'
import { judgeRefused } from './connection/connect.ts'
import { judgeExecOutput, judgeExecTimeout, judgeMissing, judgeNotExecutable, judgeRuntime } from './exec.ts'
import {
  judgeGrpcAuth,
  judgeGrpcConnect,
  judgeGrpcStatus,
  judgeNotGrpc,
  judgeServiceUnknown,
  judgeUnimplemented,
} from './grpc.ts'
import { judgeRedirect, judgeStatus } from './http.ts'
import { foreignHost, judgeClosed, judgeHost, judgeUnreachable } from './network.ts'
import { judgeClientCert, judgeH2c, judgeNotHttp, judgeTls, wantsHttp, wantsHttps } from './protocol.ts'
import { tooSlow } from './start.ts'
import { judgeBody, judgeTimeout } from './timeout.ts'

/** Finds the cause behind a probe that fails. */
export interface ProbeRule {
  readonly name: string
  readonly applies: (failure: ProbeFailure) => boolean
  readonly judge: (failure: ProbeFailure) => Diagnosis
}

/** A rule that judges whatever ends in one of these texts. */
interface ClassRule<Class extends ProbeMessageClass> extends ProbeRule {
  readonly classes: readonly Class[]
}

const ofClass = <Class extends ProbeMessageClass>(
  judge: ProbeRule['judge'],
  ...classes: readonly Class[]
): ClassRule<Class> => ({
  name: classes.join(', '),
  classes,
  applies: ({ attempts }) => includes(classes, attempts.class),
  judge,
})

/** What is judged by more than the text of its events, and before that. */
const FIRST_RULES: readonly ProbeRule[] = [
  {
    name: 'host',
    applies: (failure) => foreignHost(failure) !== undefined && isAboutHost(failure.attempts.class),
    judge: judgeHost,
  },
  { name: 'start', applies: isCutOff, judge: tooSlow },
]

const isAboutHost = (name: ProbeMessageClass): boolean => name === 'dns' || includes(NETWORK_CLASSES, name)

/** Whatever the port answers while it starts, a start that is cut off in every run is the first thing to mend. */
function isCutOff(failure: ProbeFailure): boolean {
  const { probe, killed, attempts } = failure
  if (probe.type !== 'startup' || killed === 'no') return false
  if (includes(NO_ANSWER_CLASSES, attempts.class)) return suspectOf(failure).type === 'Application'
  return attempts.class === 'net.eof' || attempts.class === 'net.reset'
}

/** What the text of the events decides. No class is in two of these, so that their order says nothing. */
export const CLASS_RULES = [
  ofClass(judgeBody, 'http.body.timeout', 'http.body.short'),
  ofClass(judgeRedirect, 'http.redirect.warn', 'http.redirectloop'),
  ofClass(judgeStatus, 'http.status'),
  ofClass(wantsHttp, 'tls.plainserver'),
  ofClass((failure) => wantsHttps(failure, 'Certain', []), 'http.malformed'),
  ofClass(judgeNotHttp, 'tls.notls', 'http.malformed.other'),
  ofClass(judgeClientCert, 'tls.clientcert', 'tls.handshake'),
  ofClass(judgeTls, 'tls.sni', 'tls.other'),
  ofClass(judgeH2c, 'http.h2c'),
  ofClass(judgeGrpcStatus, 'grpc.status', 'grpc.rpc'),
  ofClass(judgeNotGrpc, 'grpc.http'),
  ofClass(judgeUnimplemented, 'grpc.unimplemented'),
  ofClass(judgeServiceUnknown, 'grpc.notfound'),
  ofClass(judgeGrpcAuth, 'grpc.auth'),
  ofClass(judgeGrpcConnect, 'grpc.connect'),
  ofClass(judgeRefused, 'net.refused'),
  ofClass((failure) => judgeUnreachable(failure), 'net.noroute', 'net.unreachable', 'net.denied'),
  ofClass(judgeClosed, 'net.reset', 'net.eof'),
  ofClass(judgeTimeout, ...NO_ANSWER_CLASSES, 'net.tlshandshake.timeout', 'grpc.timeout'),
  ofClass(judgeExecTimeout, 'exec.timeout'),
  ofClass(judgeNotExecutable, 'exec.format', 'exec.denied'),
  ofClass(judgeMissing, 'exec.missing', 'exec.interpreter', 'exec.output.tool'),
  ofClass(judgeRuntime, 'exec.runtime'),
  ofClass(judgeExecOutput, 'exec.output', 'exec.output.denied', 'exec.output.file', 'exec.empty'),
] as const

/** Which rule judges which failure: the first that applies. A failure that none applies to has no cause. */
export const PROBE_RULES: readonly ProbeRule[] = [...FIRST_RULES, ...CLASS_RULES]

/** The compiler asks for every other class why no rule judges it. */
export const NOT_JUDGED: Readonly<
  Record<Exclude<ProbeMessageClass, (typeof CLASS_RULES)[number]['classes'][number]>, string>
> = {
  noip: 'the pod had no address yet, so that the kubelet asked the node; it asks again',
  'exec.gone': 'the container had just ended, and why is another cause',
  dns: 'only a probe with a host of its own looks a name up, and that host is the cause',
  'port.unknown': 'seen in the spec, whether or not an event is left',
  'port.range': 'seen in the spec, whether or not an event is left',
  'handler.missing': 'the API server refuses a probe without a handler',
}
