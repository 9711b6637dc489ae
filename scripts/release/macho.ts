import { createHash } from 'node:crypto'

/** What a signer needs to know of a 64-bit Mach-O file: offsets in bytes from the start of the file. */
interface Layout {
  /** Of the load command LC_CODE_SIGNATURE, and the data that it points to. */
  readonly command: number
  readonly dataOffset: number
  readonly dataSize: number
  readonly text: Segment
  readonly linkedit: Segment
}

interface Segment {
  /** Of its load command. */
  readonly command: number
  readonly fileOffset: number
  readonly fileSize: number
}

const MACHO_64 = 0xfeedfacf
const LC_SEGMENT_64 = 0x19
const LC_CODE_SIGNATURE = 0x1d
const SUPER_BLOB = 0xfade0cc0
const CODE_DIRECTORY = 0xfade0c02
const SUPER_BLOB_SIZE = 20
const CODE_DIRECTORY_SIZE = 88
const PAGE = 4096
const HASH = 32
/** Virtual memory comes in pages of 16 KiB on arm64, which is right for amd64, too. */
const VM_PAGE = 0x4000

/**
 * The file with an ad-hoc signature: every page hashed, signed by nobody. macOS on arm64 starts no executable without
 * one, and a wrong hash kills the process when the page is touched.
 * Source: Apple's xnu, osfmk/kern/cs_blobs.h (CodeDirectory 0x20400).
 * @throws Error for a file that is no 64-bit Mach-O with room for a signature at its end
 */
export function sign(file: Buffer, identifier: string): Buffer {
  const { dataOffset: codeLimit, ...layout } = layoutOf(file)
  const slots = Math.ceil(codeLimit / PAGE)
  const identOffset = CODE_DIRECTORY_SIZE
  const hashOffset = identOffset + identifier.length + 1
  const length = hashOffset + slots * HASH
  const size = align(SUPER_BLOB_SIZE + length, 16)
  const signed = Buffer.alloc(codeLimit + size)
  file.copy(signed, 0, 0, codeLimit)

  signed.writeUInt32LE(size, layout.command + 12)
  const linkeditSize = codeLimit + size - layout.linkedit.fileOffset
  signed.writeBigUInt64LE(BigInt(linkeditSize), layout.linkedit.command + 48)
  signed.writeBigUInt64LE(BigInt(align(linkeditSize, VM_PAGE)), layout.linkedit.command + 32)

  const directory = codeLimit + SUPER_BLOB_SIZE
  words(signed, codeLimit, [SUPER_BLOB, SUPER_BLOB_SIZE + length, 1, 0, SUPER_BLOB_SIZE])
  const [version, adHoc, specialSlots] = [0x20400, 2, 0]
  words(signed, directory, [CODE_DIRECTORY, length, version, adHoc, hashOffset, identOffset])
  words(signed, directory + 24, [specialSlots, slots, codeLimit])
  const [sha256, platform, pageShift] = [2, 0, Math.log2(PAGE)]
  signed.set([HASH, sha256, platform, pageShift], directory + 36)
  const mainBinary = 1n
  signed.writeBigUInt64BE(BigInt(layout.text.fileOffset), directory + 64)
  signed.writeBigUInt64BE(BigInt(layout.text.fileSize), directory + 72)
  signed.writeBigUInt64BE(mainBinary, directory + 80)
  signed.write(identifier, directory + identOffset, 'latin1')
  for (let slot = 0; slot < slots; slot++)
    pageHash(signed, slot, codeLimit).copy(signed, directory + hashOffset + slot * HASH)
  return signed
}

/**
 * What is wrong with the signature of a Mach-O file; empty where every page has the hash that the signature gives it,
 * and nothing of the file lies outside of it.
 */
export function signatureFaults(file: Buffer): readonly string[] {
  const { dataOffset, dataSize, linkedit } = layoutOf(file)
  const directory = dataOffset + SUPER_BLOB_SIZE
  if (file.readUInt32BE(dataOffset) !== SUPER_BLOB || file.readUInt32BE(directory) !== CODE_DIRECTORY)
    return ['the signature does not start with a code directory']
  const [hashOffset, slots, codeLimit] = [16, 28, 32].map((at) => file.readUInt32BE(directory + at)) as [
    number,
    number,
    number,
  ]
  const wrong = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => {
    const at = directory + hashOffset + slot * HASH
    return !pageHash(file, slot, codeLimit).equals(file.subarray(at, at + HASH))
  })
  return [
    ...(codeLimit === dataOffset ? [] : [`it covers ${codeLimit} of ${dataOffset} bytes`]),
    ...(dataOffset + dataSize === file.length ? [] : ['the file goes on after the signature']),
    ...(linkedit.fileOffset + linkedit.fileSize === file.length ? [] : ['__LINKEDIT does not end the file']),
    ...(slots === Math.ceil(codeLimit / PAGE) ? [] : [`${slots} hashes for ${codeLimit} bytes`]),
    ...(wrong.length === 0 ? [] : [`${wrong.length} of ${slots} pages have another hash`]),
  ]
}

function pageHash(file: Buffer, slot: number, codeLimit: number): Buffer {
  const page = file.subarray(slot * PAGE, Math.min((slot + 1) * PAGE, codeLimit))
  return createHash('sha256').update(page).digest()
}

const align = (size: number, to: number): number => Math.ceil(size / to) * to

function words(into: Buffer, at: number, values: readonly number[]): void {
  values.forEach((value, index) => {
    into.writeUInt32BE(value, at + 4 * index)
  })
}

function layoutOf(file: Buffer): Layout {
  if (file.readUInt32LE(0) !== MACHO_64) throw new Error('not a 64-bit Mach-O file')
  const segments = new Map<string, Segment>()
  let signature: Pick<Layout, 'command' | 'dataOffset' | 'dataSize'> | undefined
  const [header, count] = [32, file.readUInt32LE(16)]
  for (let index = 0, at = header; index < count; index++, at += file.readUInt32LE(at + 4)) {
    const kind = file.readUInt32LE(at)
    if (kind === LC_SEGMENT_64) segments.set(segmentName(file, at), segment(file, at))
    if (kind === LC_CODE_SIGNATURE)
      signature = {
        command: at,
        dataOffset: file.readUInt32LE(at + 8),
        dataSize: file.readUInt32LE(at + 12),
      }
  }
  const [text, linkedit] = [segments.get('__TEXT'), segments.get('__LINKEDIT')]
  if (signature === undefined || text === undefined || linkedit === undefined)
    throw new Error('a Mach-O file without a place for its signature')
  const last = Math.max(...[...segments.values()].map(({ fileOffset }) => fileOffset))
  if (linkedit.fileOffset !== last || signature.dataOffset < linkedit.fileOffset)
    throw new Error('a Mach-O file whose signature is not in its last segment')
  return { ...signature, text, linkedit }
}

const segmentName = (file: Buffer, command: number): string =>
  file.toString('latin1', command + 8, command + 24).replace(/\0+$/, '')

const segment = (file: Buffer, command: number): Segment => ({
  command,
  fileOffset: Number(file.readBigUInt64LE(command + 40)),
  fileSize: Number(file.readBigUInt64LE(command + 48)),
})
