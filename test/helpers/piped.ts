import { explainEvents } from '../../src/events/explain.ts'
import { readFiles } from '../../src/kube/files/files.ts'
import type { FileOptions } from '../../src/kube/files/folder/options.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { EVERYTHING, NOW } from './builders.ts'

/** Reads a text as if it were piped into the command, at {@link NOW} unless told. */
export const readPiped = (text: string, options: Partial<FileOptions> = {}): Promise<Snapshot> =>
  readFiles(['-'], {
    stdin: (async function* () {
      yield Buffer.from(text)
    })(),
    clock: NOW,
    ...options,
  })

export const incidentsIn = (snapshot: Snapshot) =>
  explainEvents(indexCluster(snapshot), { ...EVERYTHING, all: false }).incidents

/** `code Kind ns/name` of each incident that nothing else explains. */
export const rootsOf = (snapshot: Snapshot): readonly string[] =>
  incidentsIn(snapshot)
    .filter(({ rootCause }) => rootCause)
    .map(({ code, subject: { kind, namespace, name } }) => `${code} ${kind} ${namespace ?? ''}/${name}`)
