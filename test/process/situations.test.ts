import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { saveSnapshot } from '../../src/kube/recording/save.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { NOW, snapshotOf } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'
import { plugin } from '../helpers/plugin.ts'
import { DRAINS } from '../situations/drains.ts'
import { EVENTS } from '../situations/events.ts'
import { PROBES } from '../situations/probes.ts'
import type { Situation } from '../situations/situation.ts'

const UPDATE = process.env['UPDATE_TRANSCRIPTS'] === '1'
const TEXTS = join(import.meta.dirname, '..', 'situations', 'texts')
const SITUATIONS = [...DRAINS, ...PROBES, ...EVENTS]

/** Runs what somebody types who has this before him, and gives what he sees, as a page of its own. */
async function seen({
  tells,
  command: [name, ...words],
  objects,
  logs = [],
  files = {},
}: Situation): Promise<string> {
  const folder = folderWith(files)
  if (objects !== undefined)
    saveSnapshot(folder, snapshotOf(objects as readonly KubeObject[], { logs, serverVersion: 'v1.36.3' }))
  const { code, stdout, stderr } = await plugin(
    name.replace('-', '_'),
    [...words, '-f', '.', ...(objects === undefined ? [] : [`--now=${NOW}`])],
    { cwd: folder },
  )
  return `${tells}\n\n$ kubectl ${[name, ...words].join(' ')}\n${stdout}${stderr}[exit code ${code}]\n`
}

// Each text was read line by line. After a change that is meant: UPDATE_TRANSCRIPTS=1 npm test -- situations, and read again.
describe('what people see of', () => {
  test.concurrent.each(SITUATIONS.map((situation) => [situation.name, situation] as const))(
    '%s',
    async (name, situation) => {
      const path = join(TEXTS, `${name}.txt`)
      const text = await seen(situation)
      if (UPDATE) writeFileSync(path, text)
      expect(text).toBe(readFileSync(path, 'utf8'))
    },
  )
})

test('no text is without its situation', () => {
  expect(readdirSync(TEXTS).sort()).toEqual(SITUATIONS.map(({ name }) => `${name}.txt`).sort())
})
