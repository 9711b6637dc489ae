import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { UserError } from '../../model/errors.ts'
import { RESOURCES } from '../../model/kubernetes/kinds.ts'
import type { Snapshot } from '../../model/snapshot/snapshot.ts'
import { access } from '../files/input/inputs.ts'
import { logPath } from '../files/log-files.ts'
import { looksLikeRecording, recordingAnnotations } from './recording.ts'
import { redact } from './redact.ts'

const SNAPSHOT = 'snapshot.json'
const LOGS = 'logs'

/**
 * Writes a recording that `-f DIR` reads back as an equal snapshot: `DIR/snapshot.json`, a `v1` List with one object
 * per line, and `DIR/logs/POD.CONTAINER[.previous].log`. It holds no Secret, no ConfigMap, no environment value.
 * DIR is made if need be. An earlier recording in it is replaced; a folder that holds anything else is left alone.
 * Nobody but the user can read it: folders are 0700 and files 0600, whatever the umask.
 * @throws UserError where DIR holds something else or can't be written
 */
export function saveSnapshot(folder: string, snapshot: Snapshot): void {
  const before = process.umask(0o077)
  try {
    access(folder, () => {
      makeFolder(folder)
      prepare(folder)
      closeToOthers(folder)
      writeLogs(join(folder, LOGS), snapshot)
      writeList(join(folder, SNAPSHOT), redact(snapshot))
    })
  } finally {
    process.umask(before)
  }
}

/** Of a folder that was there before. Where it is somebody else's, the files in it are private all the same. */
function closeToOthers(folder: string): void {
  try {
    chmodSync(folder, 0o700)
  } catch {
    return
  }
}

/** Folder by folder: `recursive` never ends where the file system says that a folder is there and is not, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(resolve(folder)))
  try {
    mkdirSync(folder)
  } catch (error) {
    throw new UserError(
      `the folder ${folder} could not be made: ${(error as NodeJS.ErrnoException).code}`,
      'Name a folder with --save that can be written.',
    )
  }
}

function prepare(folder: string): void {
  const entries = readdirSync(folder)
  if (entries.length === 0) return
  const foreign = entries.find((name) => name !== SNAPSHOT && name !== LOGS)
  if (foreign !== undefined || !isRecording(join(folder, SNAPSHOT)))
    throw new UserError(
      `the folder ${folder} is not empty and is not a recording of ours`,
      foreign === undefined
        ? 'Name a new folder with --save.'
        : `It holds ${foreign}; name a new folder with --save.`,
    )
  for (const name of entries) rmSync(join(folder, name), { recursive: true, force: true })
}

/** Our annotations come first in the file. */
function isRecording(path: string): boolean {
  if (!existsSync(path)) return false
  const file = openSync(path, 'r')
  try {
    const beginning = Buffer.alloc(4096)
    return looksLikeRecording(beginning.toString('utf8', 0, readSync(file, beginning)))
  } finally {
    closeSync(file)
  }
}

function writeLogs(folder: string, { logs, objects }: Snapshot): void {
  for (const log of logs) {
    const path = resolve(folder, logPath(log, objects.pods))
    // A hostile server could name a pod `../..`.
    if (!path.startsWith(resolve(folder) + sep)) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, log.text)
  }
}

/** Object by object: the whole can be longer than the longest text there is. */
function writeList(path: string, snapshot: Snapshot): void {
  const file = openSync(path, 'wx')
  try {
    const metadata = JSON.stringify({ annotations: recordingAnnotations(snapshot) })
    writeSync(file, `{"apiVersion":"v1","kind":"List","metadata":${metadata},"items":[`)
    let before = '\n'
    for (const objects of [...RESOURCES.map((resource) => snapshot.objects[resource]), snapshot.others])
      for (const object of objects) {
        writeSync(file, before + JSON.stringify(object))
        before = ',\n'
      }
    writeSync(file, '\n]}\n')
  } finally {
    closeSync(file)
  }
}
