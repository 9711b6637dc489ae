import type { Random } from '../cluster/random/random.ts'
import { HOSTILE_NUMBERS, HOSTILE_TEXTS, RAW_NUMBER } from './vocabulary.ts'

type Json = unknown
type Path = readonly (string | number)[]
type Container = Record<string | number, Json>

/** A copy that shares nothing. Own fields called `__proto__` stay fields. */
export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** The places of a value, by the name of their field; items of lists count by the name of the list. */
function placesIn(value: Json): ReadonlyMap<string, readonly Path[]> {
  const places = new Map<string, Path[]>()
  const walk = (at: Json, path: Path, name: string) => {
    if (typeof at !== 'object' || at === null) return
    for (const [key, item] of Object.entries(at)) {
      const own = Array.isArray(at) ? `${name}[]` : key
      const below = [...path, key]
      const known = places.get(own) ?? []
      known.push(below)
      places.set(own, known)
      walk(item, below, own)
    }
  }
  walk(value, [], '')
  return places
}

const parentOf = (root: Json, path: Path): Container =>
  path.slice(0, -1).reduce<Json>((at, key) => (at as Container)[key], root) as Container

/** Sets a field, also one that is called `__proto__`. */
const put = (parent: Container, key: string | number, value: Json): void => {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true })
}

const hostileText = (random: Random): string => random.pick(HOSTILE_TEXTS)

function hostileNumber(random: Random): Json {
  const one = random.pick(HOSTILE_NUMBERS)
  return typeof one === 'string' ? `${RAW_NUMBER}${one}` : one
}

/** A value of another type, or of the same at its edge. */
function hostileValue(random: Random): Json {
  const makers: readonly [() => Json, ...(() => Json)[]] = [
    () => hostileText(random),
    () => hostileText(random),
    () => hostileNumber(random),
    () => hostileNumber(random),
    () => null,
    () => random.chance(0.5),
    () => [],
    () => ({}),
    () => [hostileText(random)],
    () => [null],
    () => Object.fromEntries([[hostileText(random), hostileText(random)]]),
    () => nested(random.pick([50, 3000])),
  ]
  return random.pick(makers)()
}

function nested(depth: number): Json {
  let value: Json = 'deep'
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** Puts a hostile text in the middle of, before or behind another. */
function spliced(text: string, random: Random): string {
  const at = random.whole(0, text.length)
  return random.pick([
    () => text.slice(0, at) + hostileText(random) + text.slice(at),
    () => hostileText(random) + text,
    () => text + hostileText(random),
    () => text.slice(0, at),
    () => text.repeat(random.whole(2, 40)),
    () => text.toUpperCase(),
  ] as const)()
}

/** What one mutation does to the place at `path`; `other` is a value from somewhere else. */
type Operation = (root: Json, path: Path, random: Random, other: Json) => void

const OPERATIONS: readonly [Operation, ...Operation[]] = [
  (root, path, random) => put(parentOf(root, path), path.at(-1) ?? '', hostileValue(random)),
  (root, path, random) => {
    const parent = parentOf(root, path)
    const present = parent[path.at(-1) ?? '']
    const value =
      typeof present === 'string'
        ? spliced(present, random)
        : typeof present === 'number'
          ? hostileNumber(random)
          : hostileValue(random)
    put(parent, path.at(-1) ?? '', value)
  },
  (root, path) => {
    const parent = parentOf(root, path)
    if (Array.isArray(parent)) parent.splice(Number(path.at(-1)), 1)
    else delete parent[path.at(-1) ?? '']
  },
  // An item twice, perhaps with a difference later.
  (root, path, random) => {
    const parent = parentOf(root, path)
    const value = copyOf(parent[path.at(-1) ?? ''])
    if (Array.isArray(parent)) parent.splice(random.whole(0, parent.length), 0, value)
    else put(parent, hostileText(random), value)
  },
  // Another order.
  (root, path, random) => {
    const parent = parentOf(root, path)
    if (!Array.isArray(parent) || parent.length < 2) return
    const [item] = parent.splice(Number(path.at(-1)), 1)
    parent.splice(random.whole(0, parent.length), 0, item)
  },
  // Another name.
  (root, path, random) => {
    const parent = parentOf(root, path)
    if (Array.isArray(parent)) return
    const value = parent[path.at(-1) ?? '']
    delete parent[path.at(-1) ?? '']
    put(parent, hostileText(random), value)
  },
  // What stands elsewhere.
  (root, path, _random, other) => put(parentOf(root, path), path.at(-1) ?? '', copyOf(other)),
]

/** Replaces a text by another wherever it stands, so that what refers to each other still does. */
function renamed(root: Json, from: string, to: string): Json {
  if (typeof root === 'string') return root === from ? to : root
  if (Array.isArray(root)) return root.map((item) => renamed(item, from, to))
  if (typeof root !== 'object' || root === null) return root
  return Object.fromEntries(Object.entries(root).map(([key, item]) => [key, renamed(item, from, to)]))
}

/** The fields whose texts are names that objects know each other by. */
const NAMES = ['name', 'namespace', 'nodeName', 'kind', 'containers[]', 'uid', 'reason'] as const

/**
 * The objects with some mutations, each anywhere: rare names of fields are as likely as frequent ones. `donor` gives
 * what is grafted in.
 */
export function mutated(objects: readonly object[], donor: readonly object[], random: Random): unknown[] {
  let root: Json = copyOf(objects)
  if (random.chance(0.4)) {
    const places = placesIn(root)
    const name = random.pick(NAMES)
    const [first, ...others] = places.get(name) ?? []
    if (first !== undefined) {
      const path = random.pick([first, ...others])
      const value = parentOf(root, path)[path.at(-1) ?? '']
      const to = random.chance(0.3) ? spliced(`${value}`, random) : hostileText(random)
      if (typeof value === 'string') root = renamed(root, value, to)
    }
  }
  for (let count = random.whole(random.chance(0.4) ? 0 : 1, 5); count > 0; count--) {
    const [places, others] = [placesIn(root), placesIn(donor)]
    const [firstName, ...names] = [...places.keys()]
    if (firstName === undefined) break
    const name = random.pick([firstName, ...names])
    const path = random.pick((places.get(name) ?? [[0]]) as [Path, ...Path[]])
    const [graft] = random.some(others.get(name) ?? [], 0.2)
    const other = graft === undefined ? null : parentOf(donor, graft)[graft.at(-1) ?? '']
    random.pick(OPERATIONS)(root, path, random, other)
  }
  return root as unknown[]
}

/** A text with lines lost, doubled, moved and cut, and with hostile texts in it. */
export function mutatedText(text: string, random: Random): string {
  let lines = text.split('\n')
  for (let count = random.whole(1, 6); count > 0; count--) {
    const at = random.whole(0, lines.length - 1)
    const line = lines[at] ?? ''
    const operations: readonly [() => void, ...(() => void)[]] = [
      () => lines.splice(at, 1),
      () => lines.splice(at, random.whole(1, 10)),
      () => lines.splice(at, 0, line),
      () => lines.splice(random.whole(0, lines.length), 0, ...lines.splice(at, random.whole(1, 5))),
      () => lines.splice(at, 1, spliced(line, random)),
      () => lines.splice(at, 1, spliced(line, random)),
      () => lines.splice(at, 1, `${' '.repeat(random.whole(0, 12))}${line.trimStart()}`),
      () => lines.splice(at, 1, line.replace(/\S+$/, hostileText(random))),
      () => lines.splice(at, 0, hostileText(random)),
      () => {
        lines = lines.slice(0, at + 1)
      },
      () => {
        lines = lines.map((one) => `${one}\r`)
      },
    ]
    random.pick(operations)()
  }
  return lines.join('\n')
}
