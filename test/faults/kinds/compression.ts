import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { type Fault, replaced, same } from './fault.ts'

/** Bodies that are compressed, or say so. */
export const COMPRESSION: readonly Fault[] = [
  same('compressed', ({ pass, upstream }) =>
    pass({ body: gzipSync(upstream.body), headers: { 'content-encoding': 'gzip' } }),
  ),
  replaced('calls itself compressed and is not', (body) => body, { 'content-encoding': 'gzip' }),
  replaced('compressed and does not say so', (body) => gzipSync(body)),
  replaced('deflate', (body) => deflateSync(body), { 'content-encoding': 'deflate' }),
  replaced('brotli', (body) => brotliCompressSync(body), { 'content-encoding': 'br' }),
  // Go's client, too, decodes nothing that it has not asked for, and reads what is there.
  same('an encoding that is not one', ({ pass }) => pass({ headers: { 'content-encoding': 'x-own' } })),
  replaced(
    'compressed with a wrong checksum',
    (body) => {
      const sent = gzipSync(body)
      sent.writeUInt32LE(1, sent.length - 8)
      return sent
    },
    { 'content-encoding': 'gzip' },
  ),
]
