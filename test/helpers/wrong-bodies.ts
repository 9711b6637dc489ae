import { KINDS, type Resource } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Handler, Reply } from './apiserver.ts'

type Body = Readonly<Record<string, unknown>> & { readonly items: readonly KubeObject[] }

const first = ({ items }: Body): object => items[0] ?? { metadata: { name: 'x', namespace: 'ns' } }
const withFirst = (body: Body, change: (item: object) => unknown) => ({
  ...body,
  items: [change(first(body)), ...body.items.slice(1)],
})
const metadataOf = (item: object) => (item as { metadata?: object }).metadata

/** Stands for lists in lists. */
const NESTED = 'NESTED'
const LEVELS = 20_000

/**
 * Everything that is not the list that was asked for, made from the list that it is. None of these is an empty list,
 * and none may be taken for the whole one.
 */
export const WRONG_BODIES: Readonly<Record<string, (body: Body, resource: Resource) => unknown>> = {
  'an empty object': () => ({}),
  'an empty list of JSON': () => [],
  'a list of JSON': ({ items }) => items,
  'a number': () => 5,
  'a text': () => 'ok',
  null: () => null,
  'a Status with 200': () => ({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: 500,
    reason: 'InternalError',
    message: 'etcd is down',
  }),
  'a Status of success': () => ({ kind: 'Status', apiVersion: 'v1', status: 'Success' }),
  'a Table': () => ({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', columnDefinitions: [], rows: [] }),
  'a single object': (body) => first(body),
  'the list of another kind': () => ({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: {}, items: [] }),
  'the list of another version': (body) => ({ ...body, apiVersion: 'example.com/v1', items: [] }),
  'a list without its kind': ({ kind: _, ...rest }) => ({ ...rest, items: [] }),
  'a v1 List': () => ({ kind: 'List', apiVersion: 'v1', metadata: {}, items: [] }),
  'a list without items': ({ items: _, ...rest }) => rest,
  'items that are an object': (body) => ({ ...body, items: {} }),
  'items that are a text': (body) => ({ ...body, items: 'none' }),
  'items without names': (body) => ({
    ...body,
    items: body.items.map((item) => ({ ...item, metadata: {} })),
  }),
  'items of another kind': (body) => ({
    ...body,
    items: [...body.items, { kind: 'Fish', apiVersion: 'v1' }],
  }),
  'an item that is null': (body) => withFirst(body, () => null),
  'an item that is a number': (body) => withFirst(body, () => 7),
  'an item that is a list': (body) => withFirst(body, (item) => [item]),
  'an item without metadata': (body) => withFirst(body, ({ ...item }) => ({ ...item, metadata: undefined })),
  'an item with a number for a name': (body) =>
    withFirst(body, (item) => ({ ...item, metadata: { ...metadataOf(item), name: 5 } })),
  'an item with an empty name': (body) =>
    withFirst(body, (item) => ({ ...item, metadata: { ...metadataOf(item), name: '' } })),
  'an item in the wrong scope': (body, resource) =>
    withFirst(body, (item) => ({
      ...item,
      metadata: { ...metadataOf(item), namespace: KINDS[resource].namespaced ? undefined : 'ns' },
    })),
  'an item with nothing but a name': (body) => withFirst(body, (item) => ({ metadata: metadataOf(item) })),
  'an item with labels that are a text': (body) =>
    withFirst(body, (item) => ({ ...item, metadata: { ...metadataOf(item), labels: 'app=w' } })),
  'an item with owners that are a number': (body) =>
    withFirst(body, (item) => ({ ...item, metadata: { ...metadataOf(item), ownerReferences: 5 } })),
  'an item nested for ever': (body) => withFirst(body, (item) => ({ ...item, status: NESTED })),
  'an item that comes twice': (body) => ({
    ...body,
    items: [...body.items, first(body)],
  }),
  'a page that says that more follows, and not where': (body) => ({
    ...body,
    metadata: { remainingItemCount: 7 },
    items: [],
  }),
  'a token that is a number': (body) => ({ ...body, metadata: { continue: 7 }, items: [] }),
  'metadata that is a text': (body) => ({ ...body, metadata: 'more', items: [] }),
  'a token that leads to itself': (body) => ({ ...body, metadata: { continue: 'again' }, items: [] }),
}

/** Answers as `handler` does, but for the list of one kind, which is spoiled. */
export const spoiled =
  (handler: Handler, resource: Resource, spoil: (typeof WRONG_BODIES)[string]): Handler =>
  async (url, request): Promise<Reply> => {
    const reply = await handler(url, request)
    if (url.pathname.split('/').at(-1) !== resource) return reply
    const body = spoil(reply.body as Body, resource)
    const text = (JSON.stringify(body) ?? 'null').replaceAll(
      `"${NESTED}"`,
      '['.repeat(LEVELS) + ']'.repeat(LEVELS),
    )
    return { ...reply, body: Buffer.from(text) }
  }
