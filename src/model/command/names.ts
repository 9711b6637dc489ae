import { KINDS, RESOURCES } from '../kubernetes/kinds.ts'

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'
const DNS_LABEL = new RegExp(`^${LABEL}$`)
const DNS_SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`)
const MOST_OF_LABEL = 63
const MOST_OF_SUBDOMAIN = 253

/** Kinds whose names are labels; `Container` is none, but its names follow the same rule. */
const LABELS: readonly string[] = ['Container', 'Namespace', 'Service']
const KNOWN: ReadonlySet<string> = new Set(RESOURCES.map((resource) => KINDS[resource].kind))

/**
 * Whether any API server could have an object of this kind with this name (docs/reference/commands.md#names). A kind that
 * we do not know may have its own rule: whatever can be a part of a path, and can't be taken for a flag.
 */
export function isObjectName(kind: string, name: string): boolean {
  if (LABELS.includes(kind)) return name.length <= MOST_OF_LABEL && DNS_LABEL.test(name)
  if (name.length > MOST_OF_SUBDOMAIN) return false
  return KNOWN.has(kind) ? DNS_SUBDOMAIN.test(name) : /^[A-Za-z0-9][\w.:@-]*$/.test(name)
}

/** Whether it could be a kind: what is lower case of it names a type to kubectl. */
export const isKindName = (kind: string): boolean => /^[A-Za-z][A-Za-z0-9]{0,62}$/.test(kind)
