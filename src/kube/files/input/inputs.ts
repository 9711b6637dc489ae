import { type Dirent, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UserError } from '../../../model/errors.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import type { InputFile } from '../parse-input.ts'
import { Bounded, bytesOf, isGzip, unzipped } from './bytes.ts'

/** What a path stands for: the files with objects, and the folders where logs may lie. */
export interface InputFiles {
  /** Paths; `-` is standard input. */
  readonly files: readonly string[]
  /** Folders of `POD.CONTAINER[.previous].log`, perhaps with a subfolder per namespace. They need not exist. */
  readonly logFolders: readonly string[]
  /** Folders of Helm charts below it, whose templates are not among the files. */
  readonly charts: readonly string[]
  /** Whether it is a folder of files that anybody may have made, and not a recording or a dump. */
  readonly isFolder: boolean
  /** What lies in the folder under the name of an input, but is neither a file nor a folder: pipes, sockets, devices. */
  readonly skipped: readonly string[]
}

/** Source: helm.sh/helm pkg/chartutil/create.go, ChartfileName. */
const CHART = 'Chart.yaml'

const OBJECT_FILE = /\.(json|ya?ml)(\.gz)?$/
const SNAPSHOT_FILES = ['snapshot.json', 'snapshot.json.gz']
const DUMPED_PODS = ['pods.json', 'pods.yaml']

/**
 * Finds the files that `-f PATH` means: the file itself; of a recording its snapshot; of a folder that
 * `kubectl cluster-info dump` wrote, everything; of any other folder its .json, .yaml and .yml files, as kubectl
 * does: with `recursive` also those of its subfolders, in the order of their names. Links to folders are not followed,
 * as kubectl does not, and a link to a folder above would have no end.
 * @throws UserError where the path does not exist or the folder holds nothing readable, nor a chart
 */
export function filesOf(path: string, recursive: boolean): InputFiles {
  const one = { charts: [], isFolder: false, skipped: [] }
  if (path === '-') return { ...one, files: ['-'], logFolders: [] }
  if (/^https?:\/\//.test(path))
    throw new UserError(`${path} is a URL`, `Pipe it in: curl -sSL ${path} | kubectl ... -f -`)
  if (!isFolder(path)) return { ...one, files: [path], logFolders: [join(dirname(path), 'logs')] }
  const entries = list(path)
  const snapshot = SNAPSHOT_FILES.find((name) => entries.some((entry) => entry.name === name))
  if (snapshot !== undefined)
    return { ...one, files: [join(path, snapshot)], logFolders: [join(path, 'logs')] }
  if (isDump(path, entries))
    return {
      ...one,
      ...sorted(filesBelow(path, true).filter((file) => isObjectFile(file) || isDumpedLog(file))),
      logFolders: [],
    }
  const charts: string[] = []
  const { files, skipped } = sorted(filesBelow(path, recursive, charts).filter(isObjectFile))
  if (files.length === 0 && charts.length === 0)
    throw new UserError(
      `the folder ${path} holds no .json, .yaml or .yml file`,
      recursive ? 'Give the files that hold the objects.' : 'Add -R to read its subfolders as well.',
    )
  return { files, logFolders: [join(path, 'logs')], skipped, charts, isFolder: true }
}

/** Those that can be read to an end, and the others: nobody may ever write into a pipe of a folder. */
function sorted(paths: readonly string[]): Pick<InputFiles, 'files' | 'skipped'> {
  const files = paths.filter((path) => access(path, () => statSync(path).isFile()))
  return { files, skipped: paths.filter((path) => !files.includes(path)) }
}

const isObjectFile = (file: string): boolean => OBJECT_FILE.test(file)
const isDumpedLog = (file: string): boolean => basename(file) === 'logs.txt'

/** `kubectl cluster-info dump --output-directory` makes a folder per namespace, each with a list of its pods. */
const isDump = (path: string, entries: readonly Dirent[]): boolean =>
  entries.some(
    (entry) =>
      entry.isDirectory() && namesIn(join(path, entry.name)).some((name) => DUMPED_PODS.includes(name)),
  )

/** Nothing where it may not be read: that is only a matter to those who want it read. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** @param charts where given, folders of Helm charts are not walked, and added to it */
function filesBelow(folder: string, recursive: boolean, charts?: string[]): string[] {
  const entries = list(folder)
  if (charts !== undefined && entries.some(({ name }) => name === CHART)) {
    charts.push(folder)
    return []
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return recursive ? filesBelow(path, true, charts) : []
    return entry.isSymbolicLink() && leadsToFolder(path) ? [] : [path]
  })
}

/** A link that leads nowhere is told when it is read. */
const leadsToFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/** What a folder holds, by name. */
export const list = (folder: string): Dirent[] =>
  access(folder, () => sortedBy(readdirSync(folder, { withFileTypes: true }), ({ name }) => [name]))

/** @throws UserError where there is no such path */
export const isFolder = (path: string): boolean => access(path, () => statSync(path).isDirectory())

/** Reads one file of a {@link InputFiles}, or standard input; gzip is known by its first two bytes. */
export async function readInputFile(
  file: string,
  stdin: AsyncIterable<Uint8Array | string>,
  stdinName = 'stdin',
): Promise<InputFile> {
  const name = file === '-' ? stdinName : file
  const bytes = file === '-' ? await bytesOfStream(stdin) : access(file, () => bytesOf(file))
  return { name, bytes: isGzip(bytes) ? await unzipped(name, bytes) : bytes }
}

async function bytesOfStream(stdin: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const bounded = new Bounded('stdin')
  for await (const chunk of stdin) if (!bounded.add(Buffer.from(chunk as Uint8Array))) break
  return bounded.bytes
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
    if (error instanceof UserError) throw error
    const { code = '', message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new UserError(`the path "${path}" does not exist`, 'Check the spelling.')
    throw new UserError(`${path} could not be read: ${REASONS[code] ?? message}`)
  }
}
