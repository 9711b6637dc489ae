import { isFields, withoutNulls } from '../../model/kubernetes/fields.ts'
import { apiVersionOf, KINDS, type Resource } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { oneLine } from '../../model/text/words.ts'
import { schemaViolation, violationText } from '../files/validate.ts'
import { cut } from './status-error.ts'

/** An item of a list that is not an object of the kind, and why. */
export interface BrokenItem {
  readonly problem: string
  /** `namespace/name` where it has them. */
  readonly name?: string
  /** Set where nothing but this namespace can miss the object. */
  readonly namespace?: string
}

/** An item of a list as an object of its kind, or what is wrong with it. */
type CheckedItem =
  | { readonly ok: true; readonly object: KubeObject }
  | { readonly ok: false; readonly broken: BrokenItem }

/** As deep as objects of the kinds that are read can be, many times over. */
const MOST_LEVELS = 100

/**
 * Checks an item as an object of a file is checked, and that it has what the API server always writes. As
 * `kubectl get -o json` prints it: with the kind that items of a typed list leave out, without managed fields.
 */
export function checkedItem(item: unknown, resource: Resource, namespace: string | undefined): CheckedItem {
  if (!isFields(item)) return { ok: false, broken: { problem: `it is ${whatItIs(item)}` } }
  const problem = problemOf(item, resource, namespace)
  if (problem !== undefined) return { ok: false, broken: { problem, ...identityOf(item, resource) } }
  delete (item['metadata'] as { managedFields?: unknown }).managedFields
  const fields = withoutNulls(item) as Partial<KubeObject>
  return {
    ok: true,
    object: { apiVersion: apiVersionOf(resource), kind: KINDS[resource].kind, ...fields } as KubeObject,
  }
}

function problemOf(
  item: Readonly<Record<string, unknown>>,
  resource: Resource,
  namespace: string | undefined,
): string | undefined {
  const { kind, namespaced } = KINDS[resource]
  const { apiVersion: itsVersion = apiVersionOf(resource), kind: itsKind = kind, metadata } = item
  if (itsKind !== kind || itsVersion !== apiVersionOf(resource)) return `it is ${whatItIs(item)}`
  if (!isFields(metadata) || !isText(metadata['name'])) return 'it has no metadata.name'
  if (namespaced && !isText(metadata['namespace'])) return 'it has no metadata.namespace'
  if (!namespaced && isText(metadata['namespace'])) return 'it has a metadata.namespace'
  if (namespaced && namespace !== undefined && metadata['namespace'] !== namespace)
    return `it is not of namespace "${namespace}"`
  const missing = WRITTEN[resource].find((name) => item[name] === undefined || item[name] === null)
  if (missing !== undefined) return `${missing} is missing`
  if (isDeeper(item, MOST_LEVELS)) return `it is more than ${MOST_LEVELS} levels deep`
  const violation = schemaViolation(item as unknown as KubeObject, resource)
  return violation === undefined ? undefined : violationText(violation)
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Where the object that cannot be used would be. */
function identityOf(
  { metadata }: Readonly<Record<string, unknown>>,
  resource: Resource,
): Omit<BrokenItem, 'problem'> {
  if (!isFields(metadata) || !isText(metadata['name'])) return {}
  const name = cut(metadata['name'])
  if (!KINDS[resource].namespaced) return { name }
  const { namespace } = metadata
  return isText(namespace) ? { name: `${cut(namespace)}/${name}`, namespace } : { name }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], levels - 1)) return true
  return false
}

const SPEC = ['spec'] as const
const SPEC_AND_STATUS = ['spec', 'status'] as const

/** What the API server writes of every object of a kind, if only as `{}` (docs/reference/reading.md#written). */
const WRITTEN: Readonly<Record<Resource, readonly string[]>> = {
  cronjobs: SPEC_AND_STATUS,
  csidrivers: SPEC,
  csinodes: SPEC,
  daemonsets: SPEC_AND_STATUS,
  deployments: SPEC_AND_STATUS,
  endpointslices: [],
  events: ['involvedObject'],
  horizontalpodautoscalers: SPEC_AND_STATUS,
  jobs: SPEC_AND_STATUS,
  limitranges: SPEC,
  mutatingwebhookconfigurations: [],
  namespaces: SPEC_AND_STATUS,
  networkpolicies: SPEC,
  nodes: SPEC_AND_STATUS,
  persistentvolumeclaims: SPEC_AND_STATUS,
  persistentvolumes: SPEC_AND_STATUS,
  poddisruptionbudgets: SPEC_AND_STATUS,
  pods: SPEC_AND_STATUS,
  priorityclasses: ['value'],
  replicasets: SPEC_AND_STATUS,
  replicationcontrollers: SPEC_AND_STATUS,
  resourcequotas: SPEC_AND_STATUS,
  services: SPEC_AND_STATUS,
  statefulsets: SPEC_AND_STATUS,
  storageclasses: ['provisioner'],
  validatingadmissionpolicies: SPEC_AND_STATUS,
  validatingadmissionpolicybindings: SPEC,
  validatingwebhookconfigurations: [],
  volumeattachments: SPEC_AND_STATUS,
}

/** A few words about an answer that is not what was asked for. */
export function whatItIs(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list of JSON'
  if (!isFields(value)) return `a ${typeof value === 'string' ? 'text' : typeof value}`
  const { apiVersion, kind, reason, message } = value
  if (typeof kind !== 'string' || kind === '') return 'an object without a kind'
  if (kind === 'Status') {
    const words = [reason, message].filter((word) => typeof word === 'string' && word !== '').join(': ')
    return `a Status${words === '' ? '' : ` (${cut(oneLine(words))})`}`
  }
  const version = typeof apiVersion === 'string' && apiVersion !== '' ? ` of ${cut(apiVersion, 60)}` : ''
  return `a ${cut(kind, 60)}${version}`
}
