import { isFields } from '../../model/kubernetes/fields.ts'
import type { Resource } from '../../model/kubernetes/kinds.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { listPath } from './list.ts'
import type { Connection } from './transport.ts'

/**
 * The names of the objects of one kind, sorted; without a namespace those of the whole cluster. Only metadata is sent,
 * so that thousands of names arrive while somebody waits with a finger on the Tab key. Refusals are no names, and nor
 * is an answer that is no list.
 * @throws UserError where there is no answer
 */
export async function objectNames(
  connection: Connection,
  resource: Resource,
  namespace: string | undefined,
): Promise<readonly string[]> {
  const names = new Set<string>()
  let next: unknown
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const query = new URLSearchParams({
      limit: '500',
      ...(typeof next === 'string' ? { continue: next } : {}),
    })
    const answer = await connection.get(`${listPath(resource, namespace)}?${query}`, 'metadata')
    const page: unknown = answer.ok ? parsedJson(answer.body) : undefined
    if (!isFields(page) || !Array.isArray(page['items'])) break
    for (const item of page['items'] as readonly unknown[]) {
      const name = isFields(item) && isFields(item['metadata']) ? item['metadata']['name'] : undefined
      if (typeof name === 'string' && name !== '') names.add(name)
    }
    next = isFields(page['metadata']) ? page['metadata']['continue'] : undefined
    if (typeof next !== 'string' || next === '') break
  }
  return sortedBy([...names], (name) => [name])
}

/** Nobody reads through more names than these. */
const MOST_PAGES = 100

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
