import { describe, expect, test } from '@jest/globals'
import { sign, signatureFaults } from '../../scripts/release/macho.ts'

const PAGE = 4096
const HEADER = 32
const SEGMENT = 72
const PAGES = 5

/** A 64-bit Mach-O file of five pages, the last one not full, with room for a signature at its end. */
function machO(): Buffer {
  const code = PAGES * PAGE - 1000
  const file = Buffer.alloc(code + 16, 7)
  file.fill(0, 0, 1024)
  file.writeUInt32LE(0xfeedfacf, 0)
  file.writeUInt32LE(3, 16)
  const segment = (at: number, name: string, offset: number, size: number) => {
    file.writeUInt32LE(0x19, at)
    file.writeUInt32LE(SEGMENT, at + 4)
    file.write(name, at + 8, 'latin1')
    file.writeBigUInt64LE(BigInt(offset), at + 40)
    file.writeBigUInt64LE(BigInt(size), at + 48)
  }
  segment(HEADER, '__TEXT', 0, 2 * PAGE)
  segment(HEADER + SEGMENT, '__LINKEDIT', 2 * PAGE, file.length - 2 * PAGE)
  const signature = HEADER + 2 * SEGMENT
  for (const [index, value] of [0x1d, 16, code, 16].entries())
    file.writeUInt32LE(value, signature + 4 * index)
  return file
}

describe('the ad-hoc signature of macOS executables', () => {
  test('covers every page, and nothing lies outside of it', () => {
    expect(signatureFaults(sign(machO(), 'kubectl-rollout-safety'))).toEqual([])
  })

  test('can be made again of a file that has one, with the same bytes', () => {
    const once = sign(machO(), 'kubectl-rollout-safety')
    expect(sign(once, 'kubectl-rollout-safety').equals(once)).toBe(true)
  })

  test('tells a page that was changed', () => {
    const file = sign(machO(), 'kubectl-rollout-safety')
    file[3 * PAGE + 5] = 0
    expect(signatureFaults(file)).toEqual([`1 of ${PAGES} pages have another hash`])
  })

  test('tells what follows it', () => {
    const file = Buffer.concat([sign(machO(), 'kubectl-rollout-safety'), Buffer.alloc(8)])
    expect(signatureFaults(file)).toEqual([
      'the file goes on after the signature',
      '__LINKEDIT does not end the file',
    ])
  })

  test('is refused for files of another kind', () => {
    expect(() => sign(Buffer.alloc(64), 'x')).toThrow('not a 64-bit Mach-O file')
  })
})
