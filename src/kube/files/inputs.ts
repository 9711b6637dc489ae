import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { UserError } from '../../model/errors.ts'
import { sortedBy } from '../../model/text/sort.ts'
import type { InputFile } from './parse-input.ts'

/** What a path stands for: the files with objects, and the folders where logs may lie. */
export interface InputFiles {
  /** Paths; `-` is standard input. */
  readonly files: readonly string[]
  /** Folders of `POD.CONTAINER[.previous].log`, perhaps with a subfolder per namespace. They need not exist. */
  readonly logFolders: readonly string[]
}

const OBJECT_FILE = /\.(json|ya?ml)(\.gz)?$/
const SNAPSHOT_FILES = ['snapshot.json', 'snapshot.json.gz']
const DUMPED_PODS = ['pods.json', 'pods.yaml']

/**
 * Finds the files that `-f PATH` means: the file itself; of a recording its snapshot; of a folder that
 * `kubectl cluster-info dump` wrote, everything; of any other folder its .json, .yaml and .yml files, as kubectl
 * does: with `recursive` also those of its subfolders, in the order of their names.
 * @throws UserError where the path does not exist or the folder holds nothing readable
 */
export function filesOf(path: string, recursive: boolean): InputFiles {
  if (path === '-') return { files: ['-'], logFolders: [] }
  if (/^https?:\/\//.test(path))
    throw new UserError(`${path} is a URL`, `Pipe it in: curl -sSL ${path} | kubectl ... -f -`)
  if (!isFolder(path)) return { files: [path], logFolders: [join(dirname(path), 'logs')] }
  const entries = list(path)
  const snapshot = SNAPSHOT_FILES.find((name) => entries.some((entry) => entry.name === name))
  if (snapshot !== undefined) return { files: [join(path, snapshot)], logFolders: [join(path, 'logs')] }
  if (isDump(path, entries))
    return {
      files: filesBelow(path, true).filter((file) => isObjectFile(file) || isDumpedLog(file)),
      logFolders: [],
    }
  const files = filesBelow(path, recursive).filter(isObjectFile)
  if (files.length === 0)
    throw new UserError(
      `the folder ${path} holds no .json, .yaml or .yml file`,
      recursive ? 'Give the files that hold the objects.' : 'Add -R to read its subfolders as well.',
    )
  return { files, logFolders: [join(path, 'logs')] }
}

const isObjectFile = (file: string): boolean => OBJECT_FILE.test(file)
const isDumpedLog = (file: string): boolean => basename(file) === 'logs.txt'

/** `kubectl cluster-info dump --output-directory` makes a folder per namespace, each with a list of its pods. */
const isDump = (path: string, entries: readonly Dirent[]): boolean =>
  entries.some(
    (entry) =>
      entry.isDirectory() && list(join(path, entry.name)).some((below) => DUMPED_PODS.includes(below.name)),
  )

function filesBelow(folder: string, recursive: boolean): string[] {
  return list(folder).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!isFolder(path)) return [path]
    return recursive ? filesBelow(path, true) : []
  })
}

/** What a folder holds, by name. */
export const list = (folder: string): Dirent[] =>
  access(folder, () => sortedBy(readdirSync(folder, { withFileTypes: true }), ({ name }) => [name]))

/** @throws UserError where there is no such path */
export const isFolder = (path: string): boolean => access(path, () => statSync(path).isDirectory())

/** Reads one file of a {@link InputFiles}, or standard input; gzip is known by its first two bytes. */
export async function readInputFile(
  file: string,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<InputFile> {
  if (file !== '-')
    return {
      name: file,
      bytes: unzipped(
        file,
        access(file, () => readFileSync(file)),
      ),
    }
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return { name: 'stdin', bytes: unzipped('stdin', Buffer.concat(chunks)) }
}

function unzipped(name: string, bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch {
    throw new UserError(`${name} is not a whole gzip file`, 'It may be cut off: copy it again.')
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  ENOTDIR: 'a part of the path is a file',
}

/** Does something with a path; what the file system refuses becomes a UserError. */
export function access<T>(path: string, use: () => T): T {
  try {
    return use()
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new UserError(`the path "${path}" does not exist`, 'Check the spelling.')
    throw new UserError(`${path} could not be read: ${REASONS[code] ?? message}`)
  }
}
