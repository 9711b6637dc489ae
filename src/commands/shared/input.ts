import type { Connection } from '../../kube/api/live.ts'
import type { ClusterFlags } from '../../kube/kubeconfig/flags.ts'
import type { Requirement } from '../../model/kubernetes/selector.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { parseTargets, type Selection, type Target } from '../../model/snapshot/selection.ts'
import { type Snapshot, SUBRESOURCES } from '../../model/snapshot/snapshot.ts'
import { rfc3339 } from '../../model/text/time.ts'
import { type Progress, SILENT, startProgress } from '../../progress.ts'
import { requireLiveNamespace, requireRecordedNamespace } from './namespace.ts'
import { kindsFor, type Plugin } from './needs.ts'
import { type Session, sessionFor } from './session.ts'

/** The flags of flags.ts that say what to read, as oclif parses them. */
export interface InputFlags extends ClusterFlags {
  readonly filename?: readonly string[] | undefined
  /** A folder that kubectl renders. */
  readonly kustomize?: string | undefined
  readonly recursive: boolean
  readonly now?: string | undefined
  readonly save?: string | undefined
  readonly 'all-namespaces'?: boolean
  readonly 'no-logs'?: boolean
  /** Run the probes of the selection, `count` times each. */
  readonly replay?: boolean
  readonly count?: number | undefined
  /** Seconds that `replay` waits for an answer. */
  readonly 'replay-timeout'?: number | undefined
  readonly selector?: readonly Requirement[] | undefined
}

/** What was read, and the namespace the user looks at; undefined is all of them. */
export interface Input {
  readonly snapshot: Snapshot
  readonly namespace?: string
}

/**
 * Reads what a plugin needs, from files or from the cluster, and records it where `--save` asks for it. The analysis
 * gets exactly what a recording of it would hold, so that both give the same report.
 * @param session one that is read again later, and stays open
 * @throws UserError for everything that can't be read, and in a session for what only its last look could read
 */
export async function readInput(
  flags: InputFlags,
  plugin: Plugin,
  targets: readonly Target[],
  session?: Session,
): Promise<Input> {
  const isLive = flags.filename === undefined && flags.kustomize === undefined
  const read = isLive ? readLive(flags, plugin, targets, session) : readRecorded(flags, plugin)
  const { snapshot, namespace } = await read
  if (flags.save !== undefined) {
    const { saveSnapshot } = await import('../../kube/recording/save.ts')
    saveSnapshot(flags.save, snapshot)
    process.stderr.write(`recorded ${flags.save}: look at it again with -f ${flags.save}\n`)
  }
  const needed: readonly string[] = [...kindsFor(plugin, targets), ...SUBRESOURCES]
  const gaps = snapshot.gaps.filter(({ resource }) => needed.includes(resource))
  session?.compare(gaps)
  return { snapshot: { ...snapshot, gaps }, ...(namespace === undefined ? {} : { namespace }) }
}

/** What the analyses of workloads start from. */
export interface Selected {
  readonly cluster: Cluster
  readonly selection: Selection
  /** Whether names need their namespace. */
  readonly allNamespaces: boolean
}

/**
 * Reads for the plugins that look at workloads, and says which ones the user means.
 * @throws UserError as {@link readInput}, and for positional arguments that are no TYPE/NAME
 */
export async function readSelected(
  flags: InputFlags,
  plugin: Plugin,
  words: readonly unknown[],
  session?: Session,
): Promise<Selected> {
  const targets = parseTargets(words as readonly string[])
  const { snapshot, namespace } = await readInput(flags, plugin, targets, session)
  const { indexCluster } = await import('../../model/snapshot/cluster.ts')
  return {
    cluster: indexCluster(snapshot),
    selection: { targets, selector: flags.selector ?? [], ...(namespace === undefined ? {} : { namespace }) },
    allNamespaces: namespace === undefined,
  }
}

/** Logs come second: which are worth reading shows only in the state of the pods. */
async function readLive(
  flags: InputFlags,
  plugin: Plugin,
  targets: readonly Target[],
  session: Session | undefined,
): Promise<Input> {
  const [{ readCluster }, { redact }] = await Promise.all([
    import('../../kube/api/live.ts'),
    import('../../kube/recording/redact.ts'),
  ])
  const own = session ?? sessionFor(flags)
  // An exec plugin may ask the user something, so that the spinner starts only after it.
  const connection = await own.open()
  const progress = session === undefined ? await startProgress('reading the cluster') : SILENT
  try {
    const namespace = flags['all-namespaces'] || plugin === 'drain-plan' ? undefined : connection.namespace
    const scope = namespace === undefined ? {} : { namespace }
    const unredacted = await readCluster(connection, {
      resources: kindsFor(plugin, targets),
      ...scope,
      nodeEvents: plugin === 'explain-events',
      // A recording is for all commands, and holds everything.
      ...(plugin === 'drain-plan' && flags.save === undefined
        ? { project: (await import('../../drain/field-projection.ts')).fieldProjection() }
        : {}),
      ...(flags.now === undefined ? {} : { now: flags.now }),
      onProgress: (text) => progress.update(text),
    })
    if (namespace !== undefined) await requireLiveNamespace(connection, unredacted, namespace)
    const snapshot = redact(unredacted)
    if (plugin === 'drain-plan') return { snapshot, ...scope }
    const logged = flags['no-logs']
      ? snapshot
      : await withLogsOf(connection, snapshot, targets, scope, progress)
    if (!flags.replay) return { snapshot: logged, ...scope }
    const { withReplays } = await import('../probes/replay.ts')
    const selection = { targets, selector: flags.selector ?? [], ...scope }
    return {
      snapshot: await withReplays(connection, { unredacted, snapshot: logged }, selection, flags, progress),
      ...scope,
    }
  } finally {
    if (session === undefined) own.close()
    progress.stop()
  }
}

async function withLogsOf(
  connection: Connection,
  snapshot: Snapshot,
  targets: readonly Target[],
  scope: { readonly namespace?: string },
  progress: Progress,
): Promise<Snapshot> {
  const [{ readLogs, withLogs }, { indexCluster }, { namedWorkloads }, { wantedLogs }] = await Promise.all([
    import('../../kube/api/live.ts'),
    import('../../model/snapshot/cluster.ts'),
    import('../../model/snapshot/selection.ts'),
    import('../../diagnosis/logs/wanted.ts'),
  ])
  progress.update('reading logs')
  const cluster = indexCluster(snapshot)
  const workloads = namedWorkloads(cluster, { targets, ...scope })
  return withLogs(snapshot, await readLogs(connection, wantedLogs(cluster, workloads)))
}

async function readRecorded(flags: InputFlags, plugin: Plugin): Promise<Input> {
  const { readFiles } = await import('../../kube/files/files.ts')
  const { redact } = await import('../../kube/recording/redact.ts')
  const { kustomize, filename = ['-'] } = flags
  const snapshot = await readFiles(filename, {
    recursive: flags.recursive,
    tolerant: plugin === 'probe-check',
    ...(await standardInput(kustomize)),
    clock: rfc3339(Date.now()),
    ...(flags.now === undefined ? {} : { now: flags.now }),
    ...(flags.namespace === undefined ? {} : { namespace: flags.namespace }),
  })
  const namespace = flags['all-namespaces'] ? undefined : (flags.namespace ?? snapshot.namespace)
  if (namespace !== undefined) requireRecordedNamespace(snapshot, namespace)
  return { snapshot: redact(snapshot), ...(namespace === undefined ? {} : { namespace }) }
}

/** What stands in for standard input where a folder is rendered. */
async function standardInput(kustomize: string | undefined) {
  if (kustomize === undefined) return { stdin: process.stdin }
  const { rendered } = await import('../../kube/files/folder/render.ts')
  const stdin = await rendered(kustomize, process.env)
  return { stdin, stdinName: `stdin (kubectl kustomize ${kustomize})` }
}
