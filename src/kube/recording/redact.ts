import { RESOURCES } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import type { Objects, Snapshot } from '../../model/snapshot/snapshot.ts'

/** Stands where a value was. */
export const REDACTED = 'REDACTED'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * The snapshot without environment values: every literal `env[].value`, in pods, templates and any other place, reads
 * `REDACTED`; the annotation in which kubectl keeps the whole manifest is left out. Commands analyse this, so a live
 * run and its recording give the same report. Objects without such values stay the same objects.
 */
export const redact = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  objects: Object.fromEntries(
    RESOURCES.map((resource) => [resource, snapshot.objects[resource].map(redactKnown)]),
  ) as unknown as Objects,
  others: snapshot.others.map((object) => redactValue(object) as KubeObject),
})

/** Of the kinds we know, only `spec` and the metadata have such values; the rest is not walked. */
function redactKnown(object: KubeObject): KubeObject {
  const { spec } = object as { spec?: unknown }
  const [ownSpec, metadata] = [redactValue(spec), redactValue(object.metadata)]
  if (ownSpec === spec && metadata === object.metadata) return object
  return { ...object, metadata, ...(spec === undefined ? {} : { spec: ownSpec }) } as KubeObject
}

function redactValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = value.map(redactValue)
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  let changed = false
  const fields: [string, unknown][] = []
  for (const [key, item] of Object.entries(value)) {
    if (key === LAST_APPLIED) {
      changed = true
      continue
    }
    const own = key === 'env' ? redactEnv(item) : redactValue(item)
    changed ||= own !== item
    fields.push([key, own])
  }
  return changed ? Object.fromEntries(fields) : value
}

/** `[{name, value}]` as containers have it, or `{NAME: value}` as some custom resources do. */
function redactEnv(env: unknown): unknown {
  if (typeof env !== 'object' || env === null) return env
  if (!Array.isArray(env))
    return Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, isLiteral(value) ? REDACTED : redactValue(value)]),
    )
  const items = env.map((item: { value?: unknown } | null) =>
    isLiteral(item?.value) && item?.value !== REDACTED ? { ...item, value: REDACTED } : item,
  )
  return items.some((item, index) => item !== env[index]) ? items : env
}

const isLiteral = (value: unknown): boolean =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean'
