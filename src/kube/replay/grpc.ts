import * as http2 from 'node:http2'
import type { ReplayAction } from '../../model/snapshot/replay.ts'
import {
  type AttemptOrRefusal,
  type AttemptResult,
  endedEarly,
  isRefused,
  type Limits,
  refused,
  shortLine,
  timed,
} from './attempt.ts'
import type { Forwarded, Refusal } from './streams.ts'

type GrpcAction = Extract<ReplayAction, { kind: 'grpc' }>

/**
 * One attempt of `grpc.health.v1.Health/Check` in clear text (docs/reference/probes.md#grpc; pkg/probe/grpc/grpc.go).
 */
export async function attemptGrpc(
  action: GrpcAction,
  open: (port: number) => Promise<Forwarded | Refusal>,
  limits: Limits,
): Promise<AttemptOrRefusal> {
  const forwarded = await open(action.port)
  if (!forwarded.ok) return forwarded
  const attempt = await timed(
    limits,
    () => check(forwarded, action),
    () => ({ outcome: 'TimedOut', message: 'no answer in time' }),
  )
  forwarded.close()
  return { ok: true, attempt }
}

function check(forwarded: Forwarded, { host, port, service, userAgent }: GrpcAction): Promise<AttemptResult> {
  return new Promise((resolve) => {
    const fail = () => resolve(endedEarly(forwarded, 'the port does not speak gRPC in clear text'))
    forwarded.onEnd(() => {
      if (isRefused(forwarded)) resolve(refused)
    })
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
    const session = http2.connect(`http://${authority}`, { createConnection: () => forwarded.stream })
    session.on('error', fail)
    session.on('close', fail)
    const call = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': userAgent,
    })
    let headers: http2.IncomingHttpHeaders = {}
    const chunks: Buffer[] = []
    call.on('response', (own) => {
      headers = own
    })
    call.on('trailers', (own) => {
      headers = { ...headers, ...own }
    })
    call.on('data', (chunk: Buffer) => chunks.push(chunk))
    call.on('error', fail)
    call.on('end', () => {
      if (headers[':status'] === undefined) fail()
      else resolve(judge(headers, Buffer.concat(chunks)))
      session.destroy()
    })
    call.end(healthRequest(service))
  })
}

/** A message of gRPC: not compressed, four bytes of length, then protobuf with the service as field 1. */
export function healthRequest(service: string): Buffer {
  const name = Buffer.from(service)
  const body = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name])
  const head = Buffer.alloc(5)
  head.writeUInt32BE(body.length, 1)
  return Buffer.concat([head, body])
}

const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]

/** Source: grpc.health.v1 HealthCheckResponse.ServingStatus. */
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/** Status of a HealthCheckResponse: field 1, a small number; absent it is 0. */
export function servingStatus(message: Buffer): string {
  const body = message.subarray(5)
  const value = body[0] === 0x08 ? (body[1] ?? 0) : 0
  return STATUSES[value] ?? `${value}`
}

/** Source: google.golang.org/grpc codes. */
const CODES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
]

function judge(headers: http2.IncomingHttpHeaders, body: Buffer): AttemptResult {
  const failed = (message: string): AttemptResult => ({ outcome: 'Failed', message, port: 'answered' })
  const status = Number(headers[':status'] ?? 0)
  const code = headers['grpc-status']
  if (code === undefined)
    return failed(
      status === 200
        ? 'the server ended the call without a status'
        : `the server does not implement the gRPC health protocol: HTTP status ${status}`,
    )
  if (Number(code) === 0) {
    const serving = servingStatus(body)
    return serving === 'SERVING' ? { outcome: 'Passed', message: serving, port: 'answered' } : failed(serving)
  }
  const name = CODES[Number(code)] ?? `code ${shortLine(`${code}`, 20)}`
  const words = shortLine(decoded(`${headers['grpc-message'] ?? ''}`))
  return failed(
    `${Number(code) === 12 ? 'the server does not implement the gRPC health protocol: ' : ''}${name}${words === '' ? '' : `: ${words}`}`,
  )
}

/** gRPC escapes its messages as URLs do. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
