import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { everyKind } from '../cluster/harness/every-kind.ts'

const TEST = join(import.meta.dirname, '..')

/** Where the mutations begin: real objects, and real text. */
export interface Seed {
  readonly objects: readonly object[]
  /** Text that kubectl printed of the same objects. */
  readonly described?: string
  readonly log?: string
  readonly nodes: readonly string[]
  readonly flags: readonly string[]
}

interface Named {
  readonly kind?: string
  readonly metadata?: { readonly name?: string }
}

const nodesIn = (objects: readonly Named[]): readonly string[] =>
  objects.flatMap(({ kind, metadata }) => (kind === 'Node' ? (metadata?.name ?? []) : []))

const itemsOf = (path: string): readonly object[] =>
  (JSON.parse(readFileSync(path, 'utf8')) as { items: object[] }).items

function recorded(folder: string): Seed {
  const objects = itemsOf(join(folder, 'snapshot.json'))
  const [described, drained, logs] = ['describe.txt', 'case.json', 'logs'].map((name) => join(folder, name))
  const { drain, flags } = existsSync(drained ?? '')
    ? (JSON.parse(readFileSync(drained ?? '', 'utf8')) as { drain: string[]; flags: string[] })
    : { drain: nodesIn(objects), flags: ['--ignore-daemonsets', '--delete-emptydir-data', '--force'] }
  const [log] = existsSync(logs ?? '') ? readdirSync(logs ?? '') : []
  return {
    objects,
    nodes: drain,
    flags,
    ...(existsSync(described ?? '') ? { described: readFileSync(described ?? '', 'utf8') } : {}),
    ...(log === undefined ? {} : { log: readFileSync(join(logs ?? '', log), 'utf8') }),
  }
}

/** Manifests that were never applied. */
function ruleFixture(folder: string): Seed {
  const objects = ['fires.yaml', 'quiet.yaml'].flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).flatMap(
      (one) => (one.toJS() ?? []) as object,
    ),
  )
  return { objects, nodes: [], flags: [] }
}

const foldersIn = (...path: readonly string[]): readonly string[] =>
  readdirSync(join(TEST, ...path))
    .sort()
    .map((name) => join(TEST, ...path, name))

/** All seeds, in an order that is always the same. */
export function seeds(): readonly [Seed, ...Seed[]] {
  const every = everyKind('shop', 'n1')
  return [
    { objects: every, nodes: ['n1'], flags: ['--ignore-daemonsets'] },
    recorded(join(TEST, '..', 'examples', 'shop')),
    ...foldersIn('corpus', 'failures').map(recorded),
    ...foldersIn('corpus', 'drains').map(recorded),
    ...foldersIn('fixtures', 'rules').map(ruleFixture),
  ]
}
