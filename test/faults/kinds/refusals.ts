import { type Fault, LOGIN, once, refused, slow, status } from './fault.ts'

const busy = (value?: string): Fault =>
  refused(
    429,
    status(429, 'TooManyRequests', 'too many requests'),
    value === undefined ? {} : { 'retry-after': value },
  )

/** Answers with another status. */
export const REFUSALS: readonly Fault[] = [
  once(busy('1')),
  once(busy('0')),
  once(refused(503, status(503, 'ServiceUnavailable', 'starting'), { 'retry-after': '1' })),
  busy(),
  busy('0'),
  slow(busy('1')),
  slow(busy('99999')),
  slow(busy(new Date(Date.UTC(2036, 0)).toUTCString())),
  busy('soon'),
  busy('-1'),
  slow(busy('1e400')),
  refused(500, status(500, 'InternalError', 'etcdserver: request timed out')),
  refused(500, ''),
  refused(502, '<html><body><h1>502 Bad Gateway</h1></body></html>', { 'content-type': 'text/html' }),
  refused(503, status(503, 'ServiceUnavailable', 'apiserver not ready')),
  refused(504, status(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout')),
  refused(401, status(401, 'Unauthorized', 'Unauthorized')),
  refused(403, status(403, 'Forbidden', 'it is forbidden')),
  refused(403, LOGIN, { 'content-type': 'text/html' }),
  refused(404, '404 page not found\n', { 'content-type': 'text/plain' }),
  refused(410, status(410, 'Expired', 'The provided continue parameter is too old')),
  refused(302, '', { location: 'https://login.example/' }),
  refused(307, '', { location: '/elsewhere' }),
  refused(204, ''),
  refused(206, '{"kind":'),
  refused(304, ''),
  refused(999, status(999, 'Odd', 'odd')),
]
