import { stringify } from 'yaml'
import { type Random, randomFor } from '../cluster/random/random.ts'
import type { FuzzCase, Served } from './case.ts'
import { mutated, mutatedText } from './mutate.ts'
import type { Seed } from './seeds.ts'
import { textOf } from './vocabulary.ts'

const NOW = '2026-11-21T12:00:00Z'

interface Named {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: { readonly name?: string; readonly namespace?: string }
}

type Plugin = 'probe-check' | 'drain-plan' | 'explain-events'

/** The formats of each command; the first two are those of all. */
const FORMATS: Readonly<Record<Plugin, readonly [string, ...string[]]>> = {
  'probe-check': ['json', 'yaml', '', 'wide', 'name', 'patch', 'sarif', 'diff'],
  'drain-plan': ['json', 'yaml', '', 'wide', 'name', 'runbook', 'markdown'],
  'explain-events': ['json', 'yaml', '', 'wide', 'name', 'markdown', 'timeline', 'raw'],
}

/** The case of a seed and a number: always the same. */
export function caseOf(seeds: readonly [Seed, ...Seed[]], seed: number, index: number): FuzzCase {
  const random = randomFor(seed, index)
  const from = random.pick(seeds)
  const donor = random.pick(seeds)
  const make = random.pick([fromObjects, fromObjects, fromObjects, fromText, fromServer, weakened] as const)
  return make(from, donor, random)
}

/** Most runs look at JSON, where commands and verdicts can be read back. */
function formatWords(plugin: Plugin, random: Random): readonly string[] {
  const format = random.chance(0.4) ? 'json' : random.pick(FORMATS[plugin])
  if (format === '') return []
  return ['diff', 'timeline', 'raw'].includes(format) ? [`--${format}`] : ['-o', format]
}

function commandLine(seed: Seed, objects: readonly Named[], random: Random): readonly string[] {
  const plugin = random.pick(['probe-check', 'drain-plan', 'explain-events'] as const)
  const format = formatWords(plugin, random)
  if (plugin === 'drain-plan') {
    const present = objects.flatMap((one) => (one?.kind === 'Node' ? [`${one.metadata?.name}`] : []))
    const some = random.some(present, 0.7)
    const nodes = (some.length > 0 ? some : seed.nodes).filter((name) => !/^-|^$/.test(name))
    const every = format.includes('runbook') ? ['-l', '!none'] : ['--all-nodes']
    const chosen = nodes.length === 0 || random.chance(0.1) ? every : nodes
    const more = random.some(
      [
        '--wave-mode=removed',
        '--max-parallel=1',
        '--by=zone',
        '--timeout=45s',
        '--disable-eviction',
        '--force',
      ],
      0.1,
    )
    const flags = random.chance(0.8) ? seed.flags : []
    return [plugin, ...chosen, ...new Set([...flags, ...(chosen === every ? [] : more)]), ...format]
  }
  const target = random.chance(0.15)
    ? random.some(objects, 0.05).flatMap((one) => {
        const [kind, name] = [one?.kind, one?.metadata?.name]
        return typeof kind === 'string' && typeof name === 'string' && !kind.startsWith('-')
          ? [`${kind}/${name}`]
          : []
      })
    : []
  return [plugin, ...target.slice(0, 2), '-A', ...format]
}

const list = (items: readonly unknown[], more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'List',
  ...more,
  items,
})

function serialised(items: readonly unknown[], random: Random): readonly [name: string, text: string] {
  const json = textOf(list(items))
  const writers: readonly [() => readonly [string, string], ...(() => readonly [string, string])[]] = [
    () => ['input.json', json],
    () => ['input.json', json],
    () => ['input.json', JSON.stringify(JSON.parse(json), null, 2)],
    () => ['input.json', items.map(textOf).join('\n')],
    () => ['input.yaml', yamlOf(json)],
    () => ['input.yaml', items.map((item) => yamlOf(textOf(item))).join('---\n')],
  ]
  return random.pick(writers)()
}

/** YAML for JSON; what is nested too deeply for the writer stays as it is, which is YAML, too. */
function yamlOf(json: string): string {
  try {
    return stringify(JSON.parse(json), { lineWidth: 0 })
  } catch {
    return `${json}\n`
  }
}

function fromObjects(seed: Seed, donor: Seed, random: Random): FuzzCase {
  const mixed = random.chance(0.2) ? [...seed.objects, ...donor.objects] : seed.objects
  const items = mutated(mixed, donor.objects, random)
  const [name, text] = serialised(items, random)
  const words = commandLine(seed, items as Named[], random)
  const log = seed.log === undefined ? {} : logFile(seed.log, items as Named[], random)
  return { argv: [...words, '-f', `$DIR/${name}`, '--now', NOW], files: { [name]: text, ...log } }
}

/** A log where the reader of recordings looks for it. */
function logFile(log: string, items: readonly Named[], random: Random): Readonly<Record<string, string>> {
  const pod = items.find((one) => one?.kind === 'Pod') as
    | (Named & { spec?: { containers?: { name?: string }[] } })
    | undefined
  const file = `${pod?.metadata?.name}.${pod?.spec?.containers?.[0]?.name}.log`
  return /^[\w.-]+$/.test(file) ? { [`logs/${file}`]: mutatedText(log, random) } : {}
}

function fromText(seed: Seed, donor: Seed, random: Random): FuzzCase {
  const [name, text] =
    seed.described !== undefined && random.chance(0.6)
      ? (['input.txt', seed.described] as const)
      : serialised(seed.objects, random)
  const more = random.chance(0.2) && donor.described !== undefined ? `\n${donor.described}` : ''
  const words = commandLine(seed, seed.objects as Named[], random)
  return {
    argv: [...words, '-f', `$DIR/${name}`, '--now', NOW],
    files: { [name]: mutatedText(text + more, random) },
  }
}

/** The lists of an API server by `group/version/resource`; kinds that are not here are empty lists. */
function servedBy(items: readonly Named[]): Record<string, string> {
  const byKind = Map.groupBy(items, (one) => `${one?.apiVersion} ${one?.kind}`)
  return Object.fromEntries(
    [...byKind].map(([key, objects]) => {
      const [apiVersion = '', kind = ''] = key.split(' ')
      const body = { apiVersion, kind: `${kind}List`, metadata: { resourceVersion: '7' }, items: objects }
      return [`${apiVersion} ${kind}`, textOf(body)]
    }),
  )
}

/** Bodies that are no list of the kind that was asked for. */
const WRONG_BODIES: readonly [string, ...string[]] = [
  '',
  '{}',
  '[]',
  '5',
  'null',
  '"x"',
  '{"items":[]}',
  '{"apiVersion":"v1","kind":"Status","status":"Success"}',
  '{"apiVersion":"meta.k8s.io/v1","kind":"Table","rows":[]}',
  '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}',
  '{"apiVersion":"v1","kind":"ConfigMapList","items":[]}',
  '{"apiVersion":"v1","kind":"PodList"}',
  '{"apiVersion":"v1","kind":"PodList","items":{}}',
  '{"apiVersion":"v1","kind":"PodList","items":[{}]}',
  '{"apiVersion":"v1","kind":"PodList","items":[5,null]}',
  '<html><body>login</body></html>',
  '{"apiVersion":"v1","kind":"PodList","metadata":{"continue":"x"},"items":[',
]

/** One list is not what it should be. */
function spoiled(served: Served, random: Random): Served {
  const [first, ...others] = Object.keys(served)
  if (first === undefined) return served
  const key = random.pick([first, ...others])
  const body = served[key] ?? ''
  const by = random.pick([
    () => random.pick(WRONG_BODIES),
    () => random.pick(WRONG_BODIES),
    () => body.slice(0, random.whole(0, body.length)),
    () => body.replace(/"kind":"\w+List"/, '"kind":"WidgetList"'),
    () => `${body}${body}`,
  ] as const)()
  return { ...served, [key]: by }
}

const LIVE = ['--server=$SERVER', '--kubeconfig=$DIR/kubeconfig', '--request-timeout=10s', '--now', NOW]
const KUBECONFIG = { kubeconfig: 'apiVersion: v1\nkind: Config\n' }

function fromServer(seed: Seed, donor: Seed, random: Random): FuzzCase {
  const items = random.chance(0.7) ? mutated(seed.objects, donor.objects, random) : seed.objects
  const served = servedBy(items as Named[])
  return {
    argv: [...commandLine(seed, items as Named[], random), ...LIVE],
    files: KUBECONFIG,
    served: random.chance(0.4) ? spoiled(served, random) : served,
  }
}

/** A drain, and the same with one list missing or spoiled. */
function weakened(seed: Seed, donor: Seed, random: Random): FuzzCase {
  const items = (random.chance(0.5) ? mutated(seed.objects, donor.objects, random) : seed.objects) as Named[]
  const nodes = seed.nodes.length > 0 ? seed.nodes : ['none']
  const argv = ['drain-plan', ...nodes, ...seed.flags, '-o', 'json']
  if (random.chance(0.5)) {
    const served = servedBy(items)
    return {
      argv: [...argv, ...LIVE],
      files: KUBECONFIG,
      served,
      weaker: { files: KUBECONFIG, served: spoiled(served, random) },
    }
  }
  const kinds = [...new Set(items.map((one) => one?.kind))]
  const [gone] = random.some(kinds, 0.3)
  const left = items.filter((one) => one?.kind !== gone)
  const fileOf = (objects: readonly Named[]) => ({
    // As kubectl prints it: what is not in it was not asked for.
    'input.json': textOf(list(objects, { metadata: { resourceVersion: '' } })),
  })
  return {
    argv: [...argv, '-f', '$DIR/input.json', '--now', NOW],
    files: fileOf(items),
    weaker: { files: fileOf(left) },
  }
}
