import type { Exchange, Misbehaviour } from '../proxy.ts'

/** Seconds that a request may take in these tests: `--request-timeout`. */
export const REQUEST_TIMEOUT = 2

/** A way in which a server, or what stands before it, spoils the list of one kind. */
export interface Fault extends Misbehaviour {
  readonly name: string
  /**
   * `Same`: the whole answer comes through, and the report is the one without the fault. `Told`: it does not, and the
   * command says so, by a gap of that kind or by exit code 2.
   */
  readonly outcome: 'Same' | 'Told'
  /** It takes seconds, and is tried on one list of each command only. */
  readonly slow?: true
}

export const JSON_TYPE = { 'content-type': 'application/json' }
export const LOGIN =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action="/login"></form></body></html>'

export const status = (code: number, reason: string, message: string): string =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code })

/** The head of an answer as bytes, for what the HTTP module would not send. */
export const head = (fields: readonly string[], line = 'HTTP/1.1 200 OK'): string =>
  [line, 'Content-Type: application/json', ...fields, '', ''].join('\r\n')

export const told = (name: string, answer: (exchange: Exchange) => void | Promise<void>): Fault => ({
  name,
  outcome: 'Told',
  answer,
})
export const same = (name: string, answer: (exchange: Exchange) => void | Promise<void>): Fault => ({
  name,
  outcome: 'Same',
  answer,
})
export const slow = (fault: Fault): Fault => ({ ...fault, slow: true })
/** Only the first request is spoilt. */
export const once = (fault: Fault): Fault => ({
  name: `${fault.name}, once`,
  outcome: 'Same',
  answer: (exchange) => (exchange.attempt === 1 ? fault.answer?.(exchange) : exchange.pass()),
})
export const replaced = (
  name: string,
  body: (body: Buffer) => Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Fault => told(name, ({ pass, upstream }) => pass({ code: 200, body: body(upstream.body), headers }))
export const refused = (code: number, body: string, headers: Readonly<Record<string, string>> = {}): Fault =>
  told(`${code}${Object.entries(headers).map(([name, value]) => ` ${name}: ${value}`)}`, ({ pass }) =>
    pass({ code, body, headers: { ...JSON_TYPE, ...headers } }),
  )

export const half = (body: Buffer): Buffer => body.subarray(0, body.length / 2)
/** The list with something in the place of its objects. */
export const list = (body: Buffer, change: (list: Record<string, unknown>) => unknown): string =>
  JSON.stringify(change(JSON.parse(body.toString()) as Record<string, unknown>))
