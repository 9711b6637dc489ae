import type { SimPod } from '../../src/drain/cluster/simulated-cluster.ts'

/** Told of each field that is read, e.g. `spec.containers[*].ports`. */
export type Note = (path: string) => void

/**
 * The same object, except that each field that is read of it, or of what is below it, is told. What is only copied, with
 * a spread or the like, is not read.
 */
export function watched<T extends object>(object: T, note: Note, path = ''): T {
  const proxies = new WeakMap<object, object>()
  const watch = (target: object, at: string): object => {
    const known = proxies.get(target)
    if (known !== undefined) return known
    let copying: string | symbol | undefined
    const proxy = new Proxy(target, {
      getOwnPropertyDescriptor(_, key) {
        copying = key
        return Reflect.getOwnPropertyDescriptor(target, key)
      },
      get(_, key) {
        const value: unknown = Reflect.get(target, key)
        const copied = copying === key
        copying = undefined
        if (typeof key === 'symbol' || typeof value === 'function') return value
        const below = Array.isArray(target) ? `${at}[*]` : at === '' ? key : `${at}.${key}`
        if (!copied && !Array.isArray(target)) note(below)
        return typeof value === 'object' && value !== null ? watch(value, below) : value
      },
    })
    proxies.set(target, proxy)
    return proxy
  }
  return watch(object, path) as T
}

/** The same pod, except that each of its fields that is read is told, as filters declare them. */
export function watchedPod(pod: SimPod, note: Note): SimPod {
  const [spec, origin] = [watched(pod.spec, note, 'spec'), watched(pod.origin, note, 'origin')]
  return new Proxy(pod, {
    get(_, key) {
      if (key === 'spec') return spec
      if (key === 'origin') return origin
      if (key === 'sameAs') return undefined
      if (typeof key === 'string') note(key)
      return Reflect.get(pod, key)
    },
  })
}

const isBelow = (path: string, above: string): boolean =>
  path.startsWith(above) && (path.length === above.length || '.['.includes(path.charAt(above.length)))

const anyType = (path: string): string => path.replace(/\['(.+?)'\]/g, '.$1').replace(/\[\w+\]/g, '[*]')

/** Whether who reads this path reads something that is declared, or that leads there. */
const isDeclared = (path: string, declared: readonly string[]): boolean =>
  declared.some(
    (one) => isBelow(path, one) || isBelow(one, path) || path === one.replace(/\[\*\]\..*$/, '[*].type'),
  )

/** Takes note of what is read, and gives those of the fields that are not among the declared ones. */
export function undeclaredReads(declared: Iterable<string>): {
  readonly note: Note
  readonly undeclared: () => readonly string[]
} {
  const reads = new Set<string>()
  const known = [...declared].map(anyType)
  return {
    note: (path) => reads.add(path),
    undeclared: () => [...reads].filter((path) => !isDeclared(path, known)),
  }
}
