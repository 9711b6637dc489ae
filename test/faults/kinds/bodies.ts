import { type Fault, JSON_TYPE, LOGIN, list, replaced, same, status } from './fault.ts'

/** Bodies that are something else than the list. */
export const BODIES: readonly Fault[] = [
  replaced('a login page', () => LOGIN, { 'content-type': 'text/html' }),
  replaced('a login page that calls itself JSON', () => LOGIN, JSON_TYPE),
  replaced('protobuf', (body) => Buffer.concat([Buffer.from('k8s\0'), body]), {
    'content-type': 'application/vnd.kubernetes.protobuf',
  }),
  replaced('JSON that calls itself protobuf', (body) => body, {
    'content-type': 'application/vnd.kubernetes.protobuf',
  }),
  replaced('YAML', () => 'apiVersion: v1\nkind: List\nitems: []\n', { 'content-type': 'application/yaml' }),
  same('JSON with a charset', ({ pass }) =>
    pass({ headers: { 'content-type': 'application/json; charset=utf-8' } }),
  ),
  same('JSON in capitals', ({ pass }) => pass({ headers: { 'content-type': 'Application/JSON' } })),
  replaced('nothing', () => ''),
  replaced('blanks', () => '  \n'),
  replaced('two documents', (body) => Buffer.concat([body, body])),
  replaced('something after the list', (body) => Buffer.concat([body, Buffer.from('<!-- proxied -->')])),
  replaced('zero bytes within', (body) => body.toString().replace('"items"', '"items\0"')),
  replaced('{}', () => '{}'),
  replaced('[]', () => '[]'),
  replaced('5', () => '5'),
  replaced('null', () => 'null'),
  replaced('a refusal with status 200', () => status(403, 'Forbidden', 'it is forbidden')),
  replaced('a Table', (body) =>
    list(body, () => ({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', columnDefinitions: [], rows: [] })),
  ),
  replaced('a list of another kind', (body) =>
    list(body, (real) => ({ ...real, kind: 'ConfigMapList', items: [] })),
  ),
  replaced('a list without items', (body) => list(body, ({ items: _, ...rest }) => rest)),
  replaced('items that are no list', (body) => list(body, (real) => ({ ...real, items: {} }))),
  replaced('items without names', (body) =>
    list(body, (real) => ({ ...real, items: [{ metadata: {} }, { spec: {} }] })),
  ),
]
