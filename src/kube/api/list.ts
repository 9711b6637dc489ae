import { setTimeout as sleep } from 'node:timers/promises'
import { apiVersionOf, KINDS, type Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { nameOf } from '../../model/kubernetes/reference.ts'
import type { BrokenItem } from './list-item.ts'
import { parsePage } from './list-page.ts'
import { notTheAnswer, type StatusError, statusFailure } from './status-error.ts'
import type { Answer, Connection } from './transport.ts'

/** All objects of one kind, with what is missing among them; or the server's refusal. */
type Listing =
  | { readonly ok: true; readonly items: readonly KubeObject[]; readonly missing?: Missing }
  | { readonly ok: false; readonly error: StatusError }

/** Why a list is not all objects of its kind. */
export interface Missing {
  readonly message: string
  /** Set where the list is complete in all other namespaces. */
  readonly namespace?: string
}

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
 * Lists one kind in pages of `connection.chunkSize`. Where a page has expired meanwhile (410), the list starts once more
 * without pages, as client-go does (docs/reference/reading.md#expired). What is no list of the kind is a refusal; what is
 * no object of the kind among others is missing, and the others are there.
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
  const { limits } = connection
  let limit = connection.chunkSize
  let next = ''
  let [items, broken] = [new Map<string, KubeObject>(), [] as BrokenItem[]]
  for (let pages = 0; pages < limits.pages; pages++) {
    const query = new URLSearchParams({
      ...(limit > 0 ? { limit: `${limit}` } : {}),
      ...(next ? { continue: next } : {}),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    })
    const most = limit > 0 ? limits.pageBytes : limits.listBytes
    const answer = await getPatiently(connection, query.size === 0 ? path : `${path}?${query}`, most)
    if (!answer.ok) {
      if (answer.error.code === 401) throw statusFailure(answer.error, connection.endpoint)
      if (answer.error.code !== 410 || next === '' || limit === 0) return answer
      onPage(-items.size)
      ;[limit, next, items, broken] = [0, '', new Map(), []]
      continue
    }
    const page = parsePage(answer.body, resource, namespace)
    if (!page.ok) return { ok: false, error: notTheAnswer(page.problem) }
    broken.push(...page.broken)
    for (const item of page.items) {
      const name = nameOf(item)
      if (items.has(name)) broken.push(brokenTwin(item))
      items.set(name, project(item))
    }
    onPage(page.items.length)
    if (page.incomplete !== undefined)
      return { ok: true, items: [...items.values()], missing: { message: page.incomplete } }
    if (page.next === undefined)
      return { ok: true, items: [...items.values()], ...missingIn(broken, items.size) }
    if (page.next === next) return endless('its pages lead back to themselves')
    next = page.next
  }
  return endless(`it has more than ${limits.pages} pages: give it a larger --chunk-size`)
}

const endless = (why: string): Listing => ({
  ok: false,
  error: notTheAnswer(`the list of the server does not end: ${why}`),
})

const brokenTwin = (item: KubeObject): BrokenItem => {
  const { namespace } = item.metadata
  return { problem: 'it comes twice', name: nameOf(item), ...(namespace === undefined ? {} : { namespace }) }
}

/** What the items that are no objects of the kind leave open. */
function missingIn(broken: readonly BrokenItem[], sound: number): { readonly missing?: Missing } {
  const [first] = broken
  if (first === undefined) return {}
  const namespaces = new Set(broken.map(({ namespace }) => namespace))
  const [namespace] = namespaces.size === 1 ? namespaces : []
  const which = first.name === undefined ? '' : `${first.name}: `
  const told = broken.length === 1 ? '' : 'the first is '
  return {
    missing: {
      message: `${broken.length} of ${broken.length + sound} items cannot be used (${told}${which}${first.problem})`,
      ...(namespace === undefined ? {} : { namespace }),
    },
  }
}

const RETRIES = 5

/** A server that is busy says when to come back (429, 503). */
async function getPatiently(connection: Connection, path: string, mostBytes: number): Promise<Answer> {
  for (let left = RETRIES; ; left--) {
    const answer = await connection.get(path, 'json', mostBytes)
    if (answer.ok || answer.retryAfterSeconds === undefined || left === 0) return answer
    await sleep(Math.min(answer.retryAfterSeconds, 10) * 1000)
  }
}
