import type { ClusterFlags } from '../kube/kubeconfig/flags.ts'
import type { Resource } from '../model/kubernetes/kinds.ts'
import type { KubeObject } from '../model/kubernetes/objects.ts'
import { completions, completionText, type KnownFlags, type Lookup } from './shared/completion.ts'

/** A finger is on the Tab key: what the cluster has not said by then is not offered. */
const PATIENCE_MILLISECONDS = 200

/**
 * Answers kubectl's `kubectl_complete-PLUGIN`: prints what could come next, and never an error. A cluster that is slow,
 * away or not allowed to be read has nothing to offer.
 */
export async function complete(
  plugin: string,
  argv: readonly string[],
  running: NodeJS.Process,
): Promise<void> {
  const lookup: Lookup = {
    objectNames: (resource, flags) =>
      (flags['filename'] === undefined
        ? namesOf(resource, flags, running.env)
        : recordedObjects(resource, flags).then((objects) => [
            ...new Set(objects.map(({ metadata }) => metadata.name)),
          ])
      ).catch(() => []),
    labelKeys: (flags) => nodeLabels(flags).catch(() => []),
    kubeconfigNames: (what, flags) => kubeconfigNames(what, flags, running.env).catch(() => []),
    codes: codesOf,
  }
  const text = completionText(await completions(plugin, argv, lookup))
  // Connections and credential plugins that are still at work must not keep the shell waiting.
  running.stdout.write(text, () => running.exit(0))
}

async function namesOf(
  resource: Resource,
  flags: KnownFlags,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const [{ connect }, { objectNames }, { KINDS }] = await Promise.all([
    import('../kube/api/transport.ts'),
    import('../kube/api/object-names.ts'),
    import('../model/kubernetes/kinds.ts'),
  ])
  const asked = async () => {
    const connection = await connect(flags as ClusterFlags, env)
    const everywhere = !KINDS[resource].namespaced || flags['all-namespaces'] === true
    return objectNames(connection, resource, everywhere ? undefined : connection.namespace)
  }
  const late = new Promise<readonly string[]>((resolve) => {
    setTimeout(() => resolve([]), PATIENCE_MILLISECONDS)
  })
  return Promise.race([asked(), late])
}

/** What the files of `-f` hold; of namespaces also those that are only named. Standard input is left to the command. */
async function recordedObjects(resource: Resource, flags: KnownFlags): Promise<readonly KubeObject[]> {
  const paths = flags['filename']
  if (!Array.isArray(paths) || paths.includes('-')) return []
  const { readFiles } = await import('../kube/files/files.ts')
  const snapshot = await readFiles(paths as readonly string[], {
    recursive: flags['recursive'] === true,
    stdin: process.stdin,
    clock: '',
  })
  if (resource === 'namespaces') {
    const { namespacesIn } = await import('./shared/namespace.ts')
    return [...namespacesIn(snapshot)].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    }))
  }
  const { namespace } = flags
  return (snapshot.objects[resource] as readonly KubeObject[]).filter(
    ({ metadata }) =>
      namespace === undefined || metadata.namespace === undefined || metadata.namespace === namespace,
  )
}

/** Of a cluster nobody waits for whole nodes with a finger on the Tab key: there are the labels that most have. */
async function nodeLabels(flags: KnownFlags): Promise<readonly string[]> {
  if (flags['filename'] === undefined)
    return [
      'topology.kubernetes.io/zone',
      'topology.kubernetes.io/region',
      'node.kubernetes.io/instance-type',
    ]
  const nodes = await recordedObjects('nodes', flags)
  return [...new Set(nodes.flatMap(({ metadata }) => Object.keys(metadata.labels ?? {})))].sort()
}

async function kubeconfigNames(
  what: 'contexts' | 'clusters' | 'users',
  { kubeconfig }: KnownFlags,
  env: NodeJS.ProcessEnv,
) {
  const { loadKubeconfig } = await import('../kube/kubeconfig/kubeconfig.ts')
  return [...loadKubeconfig(typeof kubeconfig === 'string' ? kubeconfig : undefined, env)[what].keys()].sort()
}

async function codesOf(what: 'causes' | 'rules' | 'reasons') {
  if (what === 'causes') {
    const { CAUSE_CODES } = await import('../diagnosis/codes/codes.ts')
    return CAUSE_CODES.map(({ code, title }) => ({ word: code, about: title }))
  }
  if (what === 'rules') {
    const { RULES } = await import('../probes/rules/rules.ts')
    return RULES.map(({ id, summary }) => ({ word: id, about: summary }))
  }
  const { REASONS } = await import('../events/catalogue/catalogue.ts')
  return [...new Set(REASONS.map(({ reason }) => reason))].map((word) => ({ word }))
}
