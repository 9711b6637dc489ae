import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { CONTROL_PLANE, mustKubectl } from './kubectl.ts'

export interface Answer {
  readonly code: number
  readonly message: string
  /** `status.details.causes`, which kubectl does not print. */
  readonly causes: readonly string[]
}

/**
 * Asks for an eviction in a dry run, which is judged like a real one. Not with kubectl: it would try again for
 * 100 s where the answer says so (spec/drain.md E8).
 */
export function tryEviction(namespace: string, pod: string): Promise<Answer> {
  const cert = (name: string) => readFileSync(join(CONTROL_PLANE, 'certs', name))
  const server = mustKubectl(['config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}'])
  const url = new URL(`/api/v1/namespaces/${namespace}/pods/${pod}/eviction?dryRun=All`, server)
  const body = JSON.stringify({
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: pod, namespace },
    deleteOptions: { dryRun: ['All'] },
  })
  const options = {
    method: 'POST',
    ca: cert('ca.crt'),
    cert: cert('admin.crt'),
    key: cert('admin.key'),
    headers: { 'Content-Type': 'application/json' },
  }
  return new Promise((resolve, reject) => {
    request(url, options, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      const status = JSON.parse(text) as {
        message?: string
        details?: { causes?: readonly { message?: string }[] }
      }
      resolve({
        code: response.statusCode ?? 0,
        message: status.message ?? '',
        causes: (status.details?.causes ?? []).map(({ message }) => message ?? ''),
      })
    })
      .on('error', reject)
      .end(body)
  })
}
