import { explainEvents } from '../../src/events/explain.ts'
import { readFiles } from '../../src/kube/files/files.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import type { Snapshot } from '../../src/model/snapshot/snapshot.ts'
import { NOW } from './builders.ts'

/** Reads a text as if it were piped into the command. */
export const readPiped = (
  text: string,
  options: { now?: string; namespace?: string } = {},
): Promise<Snapshot> =>
  readFiles(['-'], {
    stdin: (async function* () {
      yield Buffer.from(text)
    })(),
    clock: NOW,
    ...options,
  })

export const incidentsOf = (snapshot: Snapshot) =>
  explainEvents(indexCluster(snapshot), { selection: { targets: [], selector: [] }, all: false }).incidents

/** `code Kind ns/name` of each incident that nothing else explains. */
export const rootsOf = (snapshot: Snapshot): readonly string[] =>
  incidentsOf(snapshot)
    .filter(({ rootCause }) => rootCause)
    .map(({ code, subject: { kind, namespace, name } }) => `${code} ${kind} ${namespace ?? ''}/${name}`)
