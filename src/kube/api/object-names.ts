import type { Resource } from '../../model/kubernetes/kinds.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { listPath } from './list.ts'
import type { Connection } from './transport.ts'

interface MetadataPage {
  readonly metadata?: { readonly continue?: string }
  readonly items?: readonly { readonly metadata?: { readonly name?: string } }[]
}

/**
 * The names of the objects of one kind, sorted; without a namespace those of the whole cluster. Only metadata is sent,
 * so that thousands of names arrive while somebody waits with a finger on the Tab key. Refusals are no names.
 * @throws UserError where there is no answer
 */
export async function objectNames(
  connection: Connection,
  resource: Resource,
  namespace: string | undefined,
): Promise<readonly string[]> {
  const names = new Set<string>()
  let next: string | undefined
  do {
    const query = new URLSearchParams({ limit: '500', ...(next ? { continue: next } : {}) })
    const answer = await connection.get(`${listPath(resource, namespace)}?${query}`, 'metadata')
    if (!answer.ok) return []
    const page = JSON.parse(answer.body.toString()) as MetadataPage
    for (const { metadata } of page.items ?? []) if (metadata?.name) names.add(metadata.name)
    next = page.metadata?.continue
  } while (next)
  return sortedBy([...names], (name) => [name])
}
