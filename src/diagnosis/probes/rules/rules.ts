import type { ProbeMessageClass } from '../../messages/probe.ts'
import type { ProbeFailure } from '../failure.ts'
import type { Diagnosis } from './common.ts'
import { judgeRefused } from './connect.ts'
import { judgeExecOutput, judgeExecTimeout, judgeMissing, judgeNotExecutable, judgeRuntime } from './exec.ts'
import {
  judgeGrpcAuth,
  judgeGrpcConnect,
  judgeGrpcStatus,
  judgeServiceUnknown,
  judgeUnimplemented,
} from './grpc.ts'
import { judgeRedirect, judgeStatus } from './http.ts'
import { foreignHost, ingressPolicies, judgeClosed, judgeHost, judgeUnreachable } from './network.ts'
import { judgeH2c, judgeNotHttp, judgeTls, wantsHttp, wantsHttps } from './protocol.ts'
import { tooSlow } from './start.ts'
import { judgeBody, judgeTimeout } from './timeout.ts'

/** Finds the cause behind a probe that fails. */
export interface ProbeRule {
  readonly name: string
  readonly applies: (failure: ProbeFailure) => boolean
  readonly judge: (failure: ProbeFailure) => Diagnosis
}

const says = (judge: ProbeRule['judge'], ...classes: readonly ProbeMessageClass[]): ProbeRule => ({
  name: classes.join(', '),
  applies: ({ main }) => classes.includes(main.class),
  judge,
})

/** Whatever the port answers while it starts, a start that is cut off in every run is the first thing to mend. */
const isCutOff = (failure: ProbeFailure): boolean =>
  failure.probe.type === 'startup' &&
  failure.killed !== 'no' &&
  /^net\.(timeout|eof|reset)/.test(failure.main.class) &&
  !(failure.main.class.startsWith('net.timeout') && ingressPolicies(failure).length > 0)

/** Which rule judges which failure: the first that applies. A failure that none applies to has no cause. */
export const PROBE_RULES: readonly ProbeRule[] = [
  {
    name: 'host',
    applies: (failure) => foreignHost(failure) !== undefined && /^(net\.|dns)/.test(failure.main.class),
    judge: judgeHost,
  },
  { name: 'start', applies: isCutOff, judge: tooSlow },
  says(judgeBody, 'http.body.timeout', 'http.body.short'),
  says(judgeRedirect, 'http.redirect.warn', 'http.redirectloop'),
  says(judgeStatus, 'http.status'),
  says(wantsHttp, 'tls.plainserver'),
  says((failure) => wantsHttps(failure, 'Certain', []), 'http.malformed'),
  says(judgeNotHttp, 'tls.notls', 'http.malformed.other'),
  says(judgeTls, 'tls.clientcert', 'tls.sni', 'tls.other'),
  says(judgeH2c, 'http.h2c'),
  says(judgeGrpcStatus, 'grpc.status', 'grpc.rpc'),
  says(judgeUnimplemented, 'grpc.unimplemented'),
  says(judgeServiceUnknown, 'grpc.notfound'),
  says(judgeGrpcAuth, 'grpc.auth'),
  says(judgeGrpcConnect, 'grpc.connect'),
  says(judgeRefused, 'net.refused'),
  says(judgeUnreachable, 'net.noroute', 'net.unreachable', 'net.denied'),
  says(judgeClosed, 'net.reset', 'net.eof'),
  says(judgeTimeout, 'net.timeout.headers', 'net.timeout.conn', 'net.tlshandshake.timeout', 'grpc.timeout'),
  says(judgeExecTimeout, 'exec.timeout'),
  says(judgeNotExecutable, 'exec.format', 'exec.denied'),
  says(judgeMissing, 'exec.missing', 'exec.output.tool'),
  says(judgeRuntime, 'exec.runtime'),
  says(judgeExecOutput, 'exec.output', 'exec.output.denied', 'exec.output.file', 'exec.empty'),
]
