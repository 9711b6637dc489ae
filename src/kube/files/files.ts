import { UserError } from '../../model/errors.ts'
import { RESOURCES } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { noObjects, type Objects, type Snapshot } from '../../model/snapshot/snapshot.ts'
import { compareText, sortedBy } from '../../model/text/sort.ts'
import { inBrokenFile, notRecorded, partlyRecorded, sortedGaps } from '../recording/recording.ts'
import { collect } from './collect.ts'
import { type Collection, emptyCollection, unrecorded } from './collection.ts'
import { readManifests } from './folder/manifests.ts'
import type { FileOptions } from './folder/options.ts'
import { nothingPassedOver, passedOverNotes } from './folder/passed-over.ts'
import { filesOf, readInputFile } from './input/inputs.ts'
import { readLogFolder, sortedLogs } from './log-files.ts'
import { latestTime, newestTimestamp } from './newest-timestamp.ts'
import { parseInput } from './parse-input.ts'

/**
 * Reads manifests, `kubectl get -o json|yaml` output, `kubectl cluster-info dump` and recordings, mixed as they come
 * (docs/reading.md). Secrets and ConfigMaps are passed over. Manifests that were never applied get the API's
 * defaults and an origin. An object that comes twice counts once, as it was last.
 *
 * `now` is the option, else the time the recording says, else the newest time in the data, else `clock`. Kinds that
 * an input from a server does not hold are gaps; a set of manifests is complete by itself and has none.
 * @throws UserError that names the path, or `PATH:LINE`, for anything that can't be read; with `tolerant`, of a folder
 * only where nothing of it can
 */
export async function readFiles(paths: readonly string[], options: FileOptions): Promise<Snapshot> {
  const collection = emptyCollection()
  const logFolders = new Set<string>()
  const read = new Set<string>()
  const passedOver = nothingPassedOver()
  const broken: UserError[] = []
  for (const path of paths) {
    const {
      files,
      logFolders: folders,
      skipped,
      charts,
      isFolder,
    } = filesOf(path, options.recursive ?? false)
    passedOver.charts.push(...charts)
    collection.notes.push(
      ...skipped.map(
        (one) => `${one} is neither a file nor a folder, and was left out; name it with -f to read it`,
      ),
    )
    const fresh = files.filter((file) => !read.has(file))
    for (const file of fresh) read.add(file)
    if (isFolder && options.tolerant) {
      await readManifests(fresh, { collection, passedOver, broken }, options)
    } else
      for (const file of fresh) {
        const input = await readInputFile(file, options.stdin, options.stdinName)
        for (const part of parseInput(input)) collect(collection, part, input.name, options)
      }
    for (const folder of folders) logFolders.add(folder)
  }
  const isEmpty = [...collection.objects.values()].every((objects) => objects.size === 0)
  const notes = passedOverNotes(passedOver)
  collection.notes.push(...notes)
  if (isEmpty && collection.recorded.size === 0 && !collection.fromServer)
    throw allOf(broken) ?? noObjectsIn(paths, notes)
  const snapshot = snapshotOf(collection, [...logFolders], paths, options)
  return broken.length === 0
    ? snapshot
    : { ...snapshot, broken: broken.map(({ sentence, hint = '' }) => ({ sentence, hint })) }
}

/** All of them as one, each with its own line; nothing for none. */
function allOf(errors: readonly UserError[]): UserError | undefined {
  const [first] = errors
  if (first === undefined || errors.length === 1) return first
  return new UserError(errors.map(({ sentence }) => sentence).join('\nerror: '), first.hint)
}

function noObjectsIn(paths: readonly string[], notes: readonly string[]): UserError {
  const hint =
    notes.length === 0
      ? 'Give manifests, or record the cluster: kubectl get pods,events,nodes -A -o json > snapshot.json'
      : notes.join('\n')
  return new UserError(`no objects found in ${paths.map(shownPath).join(', ')}`, hint)
}

function snapshotOf(
  collection: Collection,
  logFolders: readonly string[],
  paths: readonly string[],
  options: FileOptions,
): Snapshot {
  const { recordings, origins } = collection
  const objects = knownObjects(collection)
  const name = paths.map(shownPath).join(', ')
  const only = recordings.length === 1 && paths.length === 1 ? recordings[0] : undefined
  const replays = only?.replays
  const serverVersion = recordings.findLast((one) => one.serverVersion !== undefined)?.serverVersion
  return {
    ...clockOf(collection, objects, options),
    source: only?.source ?? { type: 'Files', name },
    ...(serverVersion === undefined ? {} : { serverVersion }),
    ...(only?.namespace === undefined ? {} : { namespace: only.namespace }),
    objects,
    others: otherObjects(collection),
    logs: sortedLogs([
      ...collection.logs,
      ...logFolders.flatMap((folder) => readLogFolder(folder, objects.pods)),
    ]),
    ...(replays === undefined ? {} : { replays }),
    gaps: sortedGaps([
      ...recordings.flatMap(({ gaps }) => gaps.filter(({ reason }) => reason !== 'NotRecorded')),
      ...[...collection.broken].map(inBrokenFile),
      ...unrecorded(collection).map((resource) =>
        collection.partial.has(resource) ? partlyRecorded(resource) : notRecorded(resource),
      ),
    ]),
    origins,
    ...(collection.notes.length === 0 ? {} : { notes: collection.notes }),
  }
}

const shownPath = (path: string): string => (path === '-' ? 'stdin' : path)

function clockOf(
  { recordings }: Collection,
  objects: Objects,
  { now, clock }: FileOptions,
): Pick<Snapshot, 'now' | 'nowFrom'> {
  if (now !== undefined) return { now, nowFrom: 'flag' }
  const takenAt = latestTime(recordings.map((one) => one.takenAt))
  if (takenAt !== undefined) return { now: takenAt, nowFrom: 'recording' }
  const newest = newestTimestamp(objects)
  return newest === undefined
    ? { now: clock, nowFrom: 'clock' }
    : { now: newest, nowFrom: 'newest timestamp' }
}

const byNamespaceAndName = (objects: Iterable<KubeObject>): KubeObject[] =>
  sortedBy(objects, ({ metadata }) => [metadata.namespace ?? '', metadata.name])

const knownObjects = ({ objects }: Collection): Objects => ({
  ...noObjects(),
  ...Object.fromEntries(
    RESOURCES.map((resource) => [resource, byNamespaceAndName(objects.get(resource)?.values() ?? [])]),
  ),
})

const otherObjects = ({ objects }: Collection): readonly KubeObject[] =>
  [...objects]
    .filter(([name]) => !(RESOURCES as readonly string[]).includes(name))
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, known]) => byNamespaceAndName(known.values()))
