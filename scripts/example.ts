/**
 * Makes examples/shop: one namespace on four nodes, put together from recordings of a real kubelet in test/corpus
 * (renamed, spread over nodes, their clocks brought to one instant), and three budgets. Run it again after a change:
 * `npm run example`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RESOURCES } from '../src/model/kubernetes/kinds.ts'

interface Scene {
  readonly recording: string
  /** The workload's name in the recording and in the example. */
  readonly from: string
  readonly name: string
  /** Nodes of its pods, in order of their names. */
  readonly nodes: readonly string[]
}

const NAMESPACE = 'shop'
const NOW = Date.parse('2026-11-21T03:00:00Z')
const SCENES: readonly Scene[] = [
  { recording: 'healthy', from: 'web', name: 'web', nodes: ['node-1', 'node-2'] },
  {
    recording: 'nginx-readiness-403',
    from: 'readiness-check',
    name: 'storefront',
    nodes: ['node-3', 'node-2'],
  },
  { recording: 'startup-budget', from: 'web', name: 'orders', nodes: ['node-3'] },
  { recording: 'progress-deadline', from: 'web', name: 'search', nodes: ['node-1', 'node-4'] },
  { recording: 'oom', from: 'web', name: 'cart', nodes: ['node-4'] },
  { recording: 'image-missing', from: 'web', name: 'mailer', nodes: ['node-4'] },
]

/** Budgets as the disruption controller leaves them for these pods; storefront's has nothing to give. */
const BUDGETS = [
  { name: 'storefront', minAvailable: 1, currentHealthy: 1, desiredHealthy: 1, expectedPods: 2 },
  { name: 'web', maxUnavailable: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 },
  { name: 'cart', maxUnavailable: 1, currentHealthy: 0, desiredHealthy: 0, expectedPods: 1 },
]

/** What `--save` writes, too: the time, and the kinds that were read, with or without an object. */
const ANNOTATIONS = {
  'rollout-safety/taken-at': new Date(NOW).toISOString().replace('.000Z', 'Z'),
  'rollout-safety/kinds': RESOURCES.join(','),
  'rollout-safety/server-version': 'v1.36.3',
}

type Json = Record<string, unknown> & { kind: string; metadata: Record<string, unknown> & { name: string } }

const root = join(import.meta.dirname, '..')
const target = join(root, 'examples', 'shop')
const corpus = join(root, 'test', 'corpus', 'failures')

function scene({ recording, from, name, nodes }: Scene): { items: Json[]; logs: Map<string, string> } {
  const folder = join(corpus, recording)
  const { capturedAt } = JSON.parse(readFileSync(join(folder, 'label.json'), 'utf8')) as {
    capturedAt: string
  }
  const shift = NOW - Date.parse(capturedAt)
  const rename = (text: string) =>
    text
      .replaceAll(`"${recording}"`, `"${NAMESPACE}"`)
      .replaceAll(`_${recording}(`, `_${NAMESPACE}(`)
      .replaceAll(`${recording}/${from}`, `${NAMESPACE}/${name}`)
      .replace(new RegExp(`(?<=["\\s=/])${from}(?=["_.-])`, 'g'), name)
      .replace(/"(20\d\d-\d\d-\d\dT[\d:]+(?:\.\d+)?Z)"/g, (_match, time: string) => {
        const moved = new Date(Date.parse(time) + shift).toISOString()
        return `"${time.includes('.') ? moved.replace('Z', '000Z') : moved.replace(/\.\d+Z/, 'Z')}"`
      })
  const { items } = JSON.parse(rename(readFileSync(join(folder, 'snapshot.json'), 'utf8'))) as {
    items: Json[]
  }
  const podNames = items
    .filter(({ kind }) => kind === 'Pod')
    .map(({ metadata }) => metadata.name)
    .sort()
  const placed = items.map((item) => {
    const about = (item['involvedObject'] as { name?: string } | undefined)?.name ?? item.metadata.name
    const node = nodes[podNames.indexOf(about)] ?? nodes[0] ?? 'node-1'
    return item.kind === 'Node' ? item : (JSON.parse(JSON.stringify(item).replaceAll('node-1', node)) as Json)
  })
  const logs = new Map<string, string>()
  const recorded = existsSync(join(folder, 'logs')) ? readdirSync(join(folder, 'logs')) : []
  for (const file of recorded) {
    const renamed = file.replace(from, name)
    if (podNames.some((pod) => renamed.startsWith(`${pod}.`)))
      logs.set(renamed, readFileSync(join(folder, 'logs', file), 'utf8'))
  }
  return { items: placed, logs }
}

function node(template: Json, index: number): Json {
  const name = `node-${index}`
  const text = JSON.stringify(template)
    .replaceAll('node-1', name)
    .replaceAll('192.0.2.2', `192.0.2.${index + 1}`)
    .replace(/"uid":"[^"]*"/, `"uid":"00000000-0000-4000-8000-00000000000${index}"`)
  return JSON.parse(text) as Json
}

const budget = ({
  name,
  currentHealthy,
  desiredHealthy,
  expectedPods,
  ...spec
}: (typeof BUDGETS)[number]): Json => {
  const disruptionsAllowed = Math.max(0, currentHealthy - desiredHealthy)
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: NAMESPACE, generation: 1, creationTimestamp: '2026-11-21T02:55:00Z' },
    spec: { ...spec, selector: { matchLabels: { app: name } } },
    status: {
      conditions: [
        {
          lastTransitionTime: '2026-11-21T02:58:00Z',
          message: '',
          observedGeneration: 1,
          reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
          status: disruptionsAllowed > 0 ? 'True' : 'False',
          type: 'DisruptionAllowed',
        },
      ],
      currentHealthy,
      desiredHealthy,
      disruptionsAllowed,
      expectedPods,
      observedGeneration: 1,
    },
  }
}

const scenes = SCENES.map(scene)
const machine = scenes[0]?.items.find(({ kind }) => kind === 'Node') as Json
const items = [
  ...[1, 2, 3, 4].map((index) => node(machine, index)),
  ...scenes.flatMap((made) => made.items.filter(({ kind }) => kind !== 'Node')),
  ...BUDGETS.map(budget),
]
rmSync(target, { recursive: true, force: true })
mkdirSync(join(target, 'logs'), { recursive: true })
writeFileSync(
  join(target, 'snapshot.json'),
  `${JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { annotations: ANNOTATIONS }, items }, null, 1)}\n`,
)
for (const { logs } of scenes)
  for (const [name, text] of logs) writeFileSync(join(target, 'logs', name), text)
process.stdout.write(`examples/shop: ${items.length} objects\n`)
