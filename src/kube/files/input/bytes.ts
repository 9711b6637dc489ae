import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { UserError } from '../../../model/errors.ts'

/** More than this is read of no input, and unpacked of none: no cluster has as much, but `/dev/zero` has. */
const MOST_BYTES = 1024 * 1024 * 1024
const CHUNK = 1024 * 1024

const tooLong = (name: string): UserError =>
  new UserError(`${name} holds more than 1 GiB`, 'Give a part of it: fewer namespaces, or fewer kinds.')

/** Chunks as one buffer, up to the bound; a stream that is no text ends with its first chunk. */
export class Bounded {
  readonly #name: string
  readonly #most: number
  readonly #chunks: Buffer[] = []
  #length = 0

  constructor(name: string, most = MOST_BYTES) {
    this.#name = name
    this.#most = most
  }

  /** Adds a chunk; false where more is not worth having. */
  add(chunk: Buffer): boolean {
    this.#length += chunk.length
    if (this.#length > this.#most) throw tooLong(this.#name)
    this.#chunks.push(chunk)
    return this.#chunks.length > 1 || isPackedOrWide(chunk) || !chunk.includes(0)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}

/** gzip and UTF-16 have zeros in them; other text has none. */
const isPackedOrWide = (chunk: Buffer): boolean =>
  isGzip(chunk) || (chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff)

export const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** The bytes of a file, a pipe (`-f <(helm template .)`) or a device. */
export function bytesOf(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const status = fstatSync(file)
    if (status.isFile() && status.size > 0) {
      if (status.size > 2 * MOST_BYTES) throw tooLong(path)
      return readFileSync(file)
    }
    const bounded = new Bounded(path)
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK)
      const length = readSync(file, chunk)
      if (length === 0 || !bounded.add(chunk.subarray(0, length))) return bounded.bytes
    }
  } finally {
    closeSync(file)
  }
}

/**
 * What a gzip file holds, piece by piece, so that a small one that unpacks to a large one is refused before it fills the
 * memory.
 * @throws UserError where it is not whole, or too long
 */
export async function unzipped(name: string, bytes: Buffer, most = MOST_BYTES): Promise<Buffer> {
  const bounded = new Bounded(name, most)
  const gunzip = createGunzip({ chunkSize: CHUNK })
  gunzip.end(bytes)
  try {
    for await (const chunk of gunzip) if (!bounded.add(chunk as Buffer)) break
    return bounded.bytes
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${name} is not a whole gzip file`, 'It may be cut off: copy it again.')
  } finally {
    gunzip.destroy()
  }
}
