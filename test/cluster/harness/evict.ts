import { API } from './kubectl.ts'

export interface EvictionAnswer {
  readonly code: number
  readonly message: string
  /** `status.details.causes`, which kubectl does not print. */
  readonly causes: readonly string[]
}

/**
 * Asks for an eviction in a dry run, which is judged like a real one. Not with kubectl: it would try again for
 * 100 s where the answer says so (docs/reference/kubectl-drain.md#E8).
 */
export async function tryEviction(namespace: string, pod: string): Promise<EvictionAnswer> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/eviction?dryRun=All`
  const { status, text } = await API.send('POST', path, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: pod, namespace },
    deleteOptions: { dryRun: ['All'] },
  })
  const { message = '', details } = JSON.parse(text) as {
    message?: string
    details?: { causes?: readonly { message?: string }[] }
  }
  return { code: status, message, causes: (details?.causes ?? []).map((cause) => cause.message ?? '') }
}
