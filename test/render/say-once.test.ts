import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import { readFiles } from '../../src/kube/files/files.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { eventReportMarkdown } from '../../src/render/events/markdown.ts'
import { eventReportText } from '../../src/render/events/report.ts'
import { probeReportText } from '../../src/render/probes/report.ts'
import { sayOnce } from '../../src/render/terminal/say-once.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { EVERYTHING, NOW } from '../helpers/builders.ts'

const LONG =
  'failed to pull and unpack image "registry.test/absent:9": failed to resolve image: failed to do request: Head "https://registry.test/v2": no such host'

describe('sayOnce', () => {
  test('says a long message once, also where it stands in others', () => {
    const once = sayOnce()
    expect(once(`ErrImagePull: ${LONG}`)).toBe(`ErrImagePull: ${LONG}`)
    expect(once(`Failed: Failed to pull image "x": ${LONG}`)).toBe(
      'Failed: Failed to pull image "x": failed to pull and unpack image… (as above)',
    )
  })

  test('a short message is easier to read again than to look for', () => {
    const once = sayOnce()
    expect([once('connection refused'), once('connection refused')]).toEqual([
      'connection refused',
      'connection refused',
    ])
  })

  test('every report begins anew', () => {
    expect([sayOnce()(LONG), sayOnce()(LONG)]).toEqual([LONG, LONG])
  })
})

const SAME = 300

/** A part of a line of so many characters that stands twice in the report. Commands are meant to be whole. */
function repeated(report: string): string | undefined {
  const seen = new Set<string>()
  for (const line of report.split('\n')) {
    const text = line.replace(/\s+/g, ' ')
    if (text.startsWith(' kubectl ')) continue
    const parts = Array.from({ length: Math.max(0, text.length - SAME) }, (_, start) =>
      text.slice(start, start + SAME),
    )
    const again = parts.find((part) => seen.has(part))
    if (again !== undefined) return again
    for (const part of parts) seen.add(part)
  }
  return undefined
}

describe('no report says the same 300 characters twice', () => {
  const corpus = join(import.meta.dirname, '..', 'corpus', 'failures')
  const folders = [
    ...readdirSync(corpus).map((name) => join(corpus, name)),
    join(import.meta.dirname, '..', '..', 'examples', 'shop'),
  ]
  test.each(folders)('%s', async (folder) => {
    const cluster = indexCluster(await readFiles([folder], { stdin: process.stdin, clock: NOW }))
    const probes = probeCheck(cluster, EVERYTHING)
    const events = explainEvents(cluster, { ...EVERYTHING, all: true })
    for (const wide of [false, true]) {
      const options = { style: PLAIN, wide, noHeaders: false, allNamespaces: true }
      expect(repeated(probeReportText(probes, options))).toBeUndefined()
      expect(repeated(eventReportText(events, options))).toBeUndefined()
    }
    expect(repeated(eventReportMarkdown(events))).toBeUndefined()
  })
})
