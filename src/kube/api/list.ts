import { setTimeout as sleep } from 'node:timers/promises'
import { apiVersionOf, KINDS, type Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { jsonSpan, skeletonText } from '../files/json.ts'
import { unableToConnect } from './connection-failure.ts'
import { type StatusError, statusFailure } from './status-error.ts'
import type { Answer, Connection } from './transport.ts'

/** All objects of one kind, or the server's refusal. */
type Listing =
  | { readonly ok: true; readonly items: readonly KubeObject[] }
  | { readonly ok: false; readonly error: StatusError }

/** `/apis/apps/v1/namespaces/shop/deployments`; without a namespace that of the whole cluster. */
export function listPath(resource: Resource, namespace: string | undefined): string {
  const { group } = KINDS[resource]
  const root = group === '' ? '/api' : '/apis'
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${root}/${apiVersionOf(resource)}${scope}/${resource}`
}

/** What of an object is kept in memory. */
export type Projection = (object: KubeObject) => KubeObject

const wholeObject: Projection = (object) => object

/**
 * Lists one kind in pages of `connection.chunkSize`. Where a page has expired meanwhile (410), the list starts again
 * without pages, as kubectl does.
 * @throws UserError where there is no answer, or the answer is 401
 */
export async function listKind(
  connection: Connection,
  resource: Resource,
  namespace: string | undefined,
  onPage: (count: number) => void,
  {
    fieldSelector,
    project = wholeObject,
  }: { readonly fieldSelector?: string; readonly project?: Projection } = {},
): Promise<Listing> {
  const path = listPath(resource, namespace)
  let limit = connection.chunkSize
  let items: KubeObject[] = []
  let next = ''
  for (;;) {
    const query = new URLSearchParams({
      ...(limit > 0 ? { limit: `${limit}` } : {}),
      ...(next ? { continue: next } : {}),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    })
    const answer = await getPatiently(connection, query.size === 0 ? path : `${path}?${query}`)
    if (!answer.ok) {
      if (answer.error.code === 401) throw statusFailure(answer.error, connection.endpoint)
      if (answer.error.code !== 410 || next === '') return answer
      onPage(-items.length)
      ;[limit, items, next] = [0, [], '']
      continue
    }
    const page = parsePage(answer.body, resource)
    for (const item of page.items) items.push(project(withKind(item, resource)))
    onPage(page.items.length)
    if (!page.next) return { ok: true, items }
    next = page.next
  }
}

const RETRIES = 5

/** A server that is busy says when to come back (429, 503). */
async function getPatiently(connection: Connection, path: string): Promise<Answer> {
  for (let left = RETRIES; ; left--) {
    const answer = await connection.get(path)
    if (answer.ok || answer.retryAfterSeconds === undefined || left === 0) return answer
    await sleep(Math.min(answer.retryAfterSeconds, 10) * 1000)
  }
}

interface Page {
  readonly items: readonly Partial<KubeObject>[]
  readonly next?: string
}

/** Above this a page is parsed item by item: a whole list without pages can be longer than the longest text. */
const LARGE = 64 * 1024 * 1024

function parsePage(body: Buffer, resource: Resource): Page {
  try {
    const whole = body.length > LARGE ? jsonSpan(body, 0) : undefined
    const list = JSON.parse(whole === undefined ? body.toString() : skeletonText(body, whole)) as {
      metadata?: { continue?: string }
      items?: readonly Partial<KubeObject>[] | null
    }
    const items =
      whole?.items?.map(([start, end]) => JSON.parse(body.toString('utf8', start, end))) ?? list.items
    const next = list.metadata?.continue
    return { items: (items ?? []).filter((item) => item?.metadata?.name), ...(next ? { next } : {}) }
  } catch {
    throw unableToConnect(
      `its list of ${resource} is not JSON`,
      'The answer was cut off or changed on the way: try again, with a smaller --chunk-size.',
    )
  }
}

/** As `kubectl get -o json` prints it: with the kind that items of a typed list leave out, without managed fields. */
function withKind(item: Partial<KubeObject>, resource: Resource): KubeObject {
  if (item.metadata !== undefined) delete (item.metadata as { managedFields?: unknown }).managedFields
  return { apiVersion: apiVersionOf(resource), kind: KINDS[resource].kind, ...item } as KubeObject
}
