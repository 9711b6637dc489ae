import { isFields } from '../../model/kubernetes/fields.ts'
import { apiVersionOf, KINDS, type Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { jsonSpan, skeletonText } from '../files/json.ts'
import { type BrokenItem, checkedItem, whatItIs } from './list-item.ts'

/** One page of a list, or why the answer is none. */
export type Page =
  | {
      readonly ok: true
      readonly items: readonly KubeObject[]
      readonly broken: readonly BrokenItem[]
      /** The token that continues the list; undefined on its last page. */
      readonly next?: string
      /** Why the list ends here though it is not at its end. */
      readonly incomplete?: string
    }
  | { readonly ok: false; readonly problem: string }

/**
 * The page of a list in an answer with HTTP status 200: of kind `PodList` for pods, with a list of items, each of them
 * an object of the kind. An answer that is anything else is not an empty list (docs/reading.md#gaps).
 */
export function parsePage(body: Buffer, resource: Resource, namespace: string | undefined): Page {
  let list: unknown
  let items: readonly unknown[] | undefined
  try {
    ;[list, items] = parsed(body)
  } catch {
    return {
      ok: false,
      problem: 'the answer of the server is not JSON: it was cut off or changed on the way',
    }
  }
  const { kind } = KINDS[resource]
  const expected = `${kind}List`
  if (!isFields(list) || list['kind'] !== expected || list['apiVersion'] !== apiVersionOf(resource))
    return { ok: false, problem: `the server answered with ${whatItIs(list)}, not with a ${expected}` }
  const given = items ?? list['items']
  // Go prints an empty list that nobody made as null, and kubectl reads it as empty (docs/reference/reading.md#empty).
  if (given !== null && !Array.isArray(given))
    return {
      ok: false,
      problem: `the server answered with a ${expected} without a list of items`,
    }
  const checked = (given ?? []).map((item) => checkedItem(item, resource, namespace))
  return {
    ok: true,
    items: checked.flatMap((one) => (one.ok ? [one.object] : [])),
    broken: checked.flatMap((one) => (one.ok ? [] : [one.broken])),
    ...continuation(list['metadata']),
  }
}

/** Above this a page is parsed item by item: a whole list without pages can be longer than the longest text. */
const LARGE = 64 * 1024 * 1024

/** The list, and its items where they are not in it. */
function parsed(body: Buffer): [list: unknown, items?: readonly unknown[]] {
  const whole = body.length > LARGE ? jsonSpan(body, 0) : undefined
  if (whole?.items === undefined) return [JSON.parse(body.toString())]
  const list: unknown = JSON.parse(skeletonText(body, whole))
  const items: unknown[] = whole.items.map(([start, end]) => JSON.parse(body.toString('utf8', start, end)))
  // What is no object stays in the skeleton.
  const places = isFields(list) && Array.isArray(list['items']) ? list['items'].length : items.length
  while (items.length < places) items.push(0)
  return [list, items]
}

function continuation(metadata: unknown): { readonly next?: string; readonly incomplete?: string } {
  if (metadata === undefined || metadata === null) return {}
  const { continue: next, remainingItemCount: rest } = isFields(metadata) ? metadata : { continue: metadata }
  if (typeof next === 'string' && next !== '') return { next }
  if (next !== undefined && next !== null && next !== '')
    return { incomplete: 'its page does not say how the list goes on' }
  return rest === undefined || rest === null || rest === 0
    ? {}
    : { incomplete: 'it ends before its last items' }
}
