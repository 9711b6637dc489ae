import type { Session } from '../../src/commands/shared/session.ts'
import { LIMITS } from '../../src/kube/api/limits.ts'
import type { Connection } from '../../src/kube/api/live.ts'
import { statusError } from '../../src/kube/api/status-error.ts'
import type { Answer } from '../../src/kube/api/transport.ts'
import type { Handler } from './apiserver.ts'
import { NOW } from './builders.ts'

/**
 * A connection to a server that is not there: `handler` answers, without a network between. For tests that ask so often
 * that a server would be too slow; the clock of the server is {@link NOW}.
 */
export const connectionTo = (handler: Handler, chunkSize = 500): Connection => {
  const get = answering(handler)
  return {
    name: 'test',
    namespace: 'default',
    chunkSize,
    endpoint: { server: 'https://test', configured: true },
    limits: LIMITS,
    beginReading: () => {},
    get,
    getLog: get,
    streamConfig: undefined as never,
    timeoutSeconds: 0,
    serverTime: () => NOW,
    close: () => {},
  }
}

const answering =
  (handler: Handler) =>
  async (path: string): Promise<Answer> => {
    const { code = 200, body } = await handler(new URL(path, 'https://test'), undefined as never)
    const isText = typeof body === 'string' || Buffer.isBuffer(body)
    const bytes = Buffer.from(isText ? body : JSON.stringify(body))
    return code === 200
      ? { ok: true, body: bytes }
      : { ok: false, error: statusError(code, bytes.toString()) }
  }

/** A session over {@link connectionTo}. */
export const sessionTo = (handler: Handler, chunkSize?: number): Session => ({
  open: async () => connectionTo(handler, chunkSize),
  compare: () => {},
  close: () => {},
})
