import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { groupOf, KINDS, resourceOf } from '../../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'

/** Calls of the API server without a kubectl for each, for tests that do many things at the same time. */
export interface Api {
  create(object: KubeObject): Promise<KubeObject>
  /** All objects of a path such as `/api/v1/namespaces/x/pods`. */
  list<T = KubeObject>(path: string): Promise<readonly T[]>
  /** Undefined where there is none. */
  get<T = KubeObject>(path: string): Promise<T | undefined>
  /** A JSON merge patch. */
  patch(path: string, change: object): Promise<void>
  /** At once, without grace; fine where it is gone already. */
  remove(path: string): Promise<void>
  /** Any request, with whatever is answered. */
  send(method: string, path: string, body: object): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly text: string
}

/** As the administrator of the control plane whose certificates are in the directory. */
export function apiOf(directory: string, server: string): Api {
  const cert = (name: string) => readFileSync(join(directory, 'certs', name))
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 16,
    ca: cert('ca.crt'),
    cert: cert('admin.crt'),
    key: cert('admin.key'),
  })
  const send = (method: string, path: string, body?: object, type = 'application/json'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body)
      // Without its length, Node leaves the body of a DELETE in the way of the next request.
      const headers = { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }
      request(new URL(path, server), { method, agent, headers }, async (response) => {
        let answer = ''
        for await (const chunk of response) answer += chunk
        resolve({ status: response.statusCode ?? 0, text: answer })
      })
        .on('error', reject)
        .end(text)
    })
  const must = async (method: string, path: string, body?: object, type?: string): Promise<string> => {
    const { status, text } = await send(method, path, body, type)
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
    return text
  }
  return {
    send,
    create: async (object) => JSON.parse(await must('POST', pathOf(object), object)) as KubeObject,
    list: async <T>(path: string) => (JSON.parse(await must('GET', path)) as { items: T[] }).items,
    get: async <T>(path: string) => {
      const { status, text } = await send('GET', path)
      return status === 200 ? (JSON.parse(text) as T) : undefined
    },
    patch: async (path, change) => {
      await must('PATCH', path, change, 'application/merge-patch+json')
    },
    remove: async (path) => {
      const { status, text } = await send('DELETE', path, {
        gracePeriodSeconds: 0,
        propagationPolicy: 'Background',
      })
      if (status >= 300 && status !== 404) throw new Error(`DELETE ${path}: ${status} ${text}`)
    },
  }
}

/** Where objects of this kind are created: `/apis/apps/v1/namespaces/x/deployments`. */
export function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const resource = resourceOf(apiVersion, kind)
  const plural = resource ?? `${kind.toLowerCase()}${kind.endsWith('s') ? 'es' : 's'}`
  const root = groupOf(apiVersion) === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`
  const namespaced = resource === undefined ? metadata.namespace !== undefined : KINDS[resource].namespaced
  return namespaced ? `${root}/namespaces/${metadata.namespace}/${plural}` : `${root}/${plural}`
}
