import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NEEDS, type Plugin } from '../../src/commands/shared/needs.ts'
import { createBroken } from '../cluster/harness/broken.ts'
import { kubeconfigPath, writeKubeconfig } from '../cluster/harness/control-plane.ts'
import { CONTROL_PLANE, create, freshNamespace, mustKubectl, SERVER } from '../cluster/harness/kubectl.ts'
import { addNodes, remove, waitUntilStable } from '../cluster/harness/nodes.ts'
import { barePod, budget, daemonSet, deployment, on } from '../cluster/harness/objects.ts'
import { account } from '../cluster/harness/rights.ts'
import { type FaultyProxy, faultyProxy } from './proxy.ts'
import { installedRunner, type Run, type Runner, sourceRunner } from './runs.ts'

/** A command line that the faults are tried on. */
export interface Command {
  readonly plugin: Plugin
  readonly argv: readonly string[]
  /** The kinds whose lists are spoilt, one at a time. */
  readonly resources: readonly string[]
}

/** A proxy of its own, and what runs plugins through it. */
export interface Slot {
  readonly proxy: FaultyProxy
  readonly run: (argv: readonly string[]) => Promise<Run>
  /** The kubeconfig whose server is the proxy. */
  readonly kubeconfig: string
}

/** A cluster whose nodes all have other verdicts, and a namespace with broken workloads. */
export interface World {
  readonly commands: readonly Command[]
  readonly slots: readonly Slot[]
  /** A pod with a probe that can be replayed. */
  readonly namespace: string
  close(): void
}

const inNamespace = (namespace: string, object: object) => {
  const { metadata, ...rest } = object as { metadata: object }
  return { ...rest, metadata: { ...metadata, namespace } }
}

/** Runs at the same time; most of them wait. */
const SLOTS = 4

/** Makes the objects, with the name of the test in theirs, and waits until they stand still. */
export async function makeWorld(test: string): Promise<World> {
  const namespace = await freshNamespace(`faults-${test}`)
  const broken = await freshNamespace(`faults-${test}`)
  const node = (name: string) => `${namespace}-${name}`
  const names = ['free', 'lone', 'held', 'bare', 'daemon'].map(node)
  await addNodes([...names, node('spare')])
  const place = (name: string) => on(node(name))
  const named = (name: string, object: object) => {
    const text = JSON.stringify(inNamespace(namespace, object))
    return JSON.parse(text.replaceAll('"app":"w"', `"app":"${name}"`)) as object
  }
  create(
    // Its replacement may go anywhere but here once this node is cordoned, so it comes first and is left free.
    named('free', deployment(1, { spec: { nodeName: node('free') } }, 'free')),
    named('held', deployment(1, { spec: place('held') }, 'held')),
    named('held', { ...budget({ minAvailable: 1, selector: { matchLabels: { app: 'held' } } }, 'held') }),
    // Two budgets are two pages of one.
    named('free', { ...budget({ maxUnavailable: 1, selector: { matchLabels: { app: 'free' } } }, 'free') }),
    named('bare', barePod('bare', { spec: place('bare') })),
    named('d', daemonSet({ spec: place('daemon') })),
    named('lone', deployment(1, { spec: place('lone') }, 'lone')),
  )
  await waitUntilStable(namespace, 5)
  await createBroken(broken)

  account(namespace, 'operator', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }])
  const token = mustKubectl(['create', 'token', 'operator', '-n', namespace]).trim()
  const now = new Date().toISOString().replace(/\.\d+Z/, 'Z')
  const common = ['-o', 'json', `--now=${now}`, '--request-timeout=2s']
  const command = (plugin: Plugin, ...argv: string[]): Command => ({
    plugin,
    argv: [plugin, ...argv, ...common],
    resources: NEEDS[plugin],
  })
  const slots = await Promise.all(
    Array.from({ length: SLOTS }, (_, index) => slot(`${namespace}-${index}`, token)),
  )
  return {
    namespace: broken,
    commands: [
      command('drain-plan', ...names),
      command('probe-check', '-n', broken),
      command('explain-events', '-n', broken),
    ],
    slots,
    close: () => {
      for (const { close } of slots) close()
      remove(namespace, [...names, node('spare')])
      mustKubectl(['delete', 'namespace', broken, '--wait=false'])
    },
  }
}

async function slot(name: string, token: string): Promise<Slot & { readonly close: () => void }> {
  const cert = (file: string) => readFileSync(join(CONTROL_PLANE, 'certs', file))
  const proxy = await faultyProxy(SERVER, {
    cert: cert('apiserver.crt'),
    key: cert('apiserver.key'),
    ca: cert('ca.crt'),
  })
  writeKubeconfig(CONTROL_PLANE, name, proxy.url, token)
  const installed = process.env['PLUGINS']
  const runner: Runner = installed === undefined ? sourceRunner() : installedRunner(installed)
  const kubeconfig = kubeconfigPath(CONTROL_PLANE, name)
  return {
    proxy,
    kubeconfig,
    run: (argv) => runner.run(argv, { KUBECONFIG: kubeconfig }),
    close: () => {
      proxy.close()
      runner.close()
    },
  }
}

/** The requests that a fault of one kind is about: its list, or its version. */
export const pathOf = (resource: string): RegExp => new RegExp(`/${resource}(\\?|$)`)
