import { KINDS, RESOURCES } from '../model/kubernetes/kinds.ts'
import type { KubeObject } from '../model/kubernetes/objects.ts'
import { applyPatch, type PatchTarget } from '../model/kubernetes/patch.ts'
import type { Finding, Fix } from '../model/report/finding.ts'
import type { Cluster } from '../model/snapshot/cluster.ts'

/** A fix that changes an object, with the object before and after it, as people edit it. */
export interface FixDiff {
  readonly finding: Finding
  readonly fix: Fix
  readonly before: object
  readonly after: object
}

/** What the fixes of these findings change, in their order. Left out are fixes whose object was not read. */
export const fixDiffs = (cluster: Cluster, findings: readonly Finding[]): readonly FixDiff[] =>
  findings.flatMap((finding) =>
    finding.fixes.flatMap((fix) => {
      const [before, after] = beforeAndAfter(cluster, fix)
      return before === undefined || after === undefined
        ? []
        : [{ finding, fix, before: editable(before), after: editable(after) }]
    }),
  )

function beforeAndAfter(cluster: Cluster, { patch, replace }: Fix): readonly (KubeObject | undefined)[] {
  if (patch !== undefined) {
    const object = objectOf(cluster, patch.target)
    return [object, object === undefined ? undefined : applyPatch(object, patch)]
  }
  if (replace === undefined) return []
  const { namespace } = replace.metadata
  const object = objectOf(cluster, {
    kind: replace.kind,
    name: replace.metadata.name,
    ...(namespace === undefined ? {} : { namespace }),
  })
  return [object === undefined ? undefined : likewise(object, replace), replace]
}

function objectOf(cluster: Cluster, { kind, namespace, name }: PatchTarget): KubeObject | undefined {
  const resource = RESOURCES.find((one) => KINDS[one].kind === kind)
  return resource === undefined ? undefined : cluster.find(resource, namespace, name)
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object as far as a manifest made from it goes: what the cluster filled in is no change. */
function likewise(object: KubeObject, manifest: KubeObject): KubeObject {
  const spec = (one: KubeObject) => (one as { readonly spec?: unknown }).spec
  const [present, wanted] = [spec(object), spec(manifest)]
  if (!isFields(present) || !isFields(wanted)) return object
  const known = Object.entries(present).filter(([key]) => key in wanted)
  return { ...manifest, spec: Object.fromEntries(known) } as KubeObject
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** Without what the cluster writes into an object: nobody edits that. */
function editable(object: KubeObject): object {
  const { status, ...rest } = object as KubeObject & { readonly status?: unknown }
  const { managedFields, uid, resourceVersion, generation, creationTimestamp, annotations, ...metadata } =
    object.metadata
  const kept = Object.entries(annotations ?? {}).filter(([key]) => key !== LAST_APPLIED)
  return {
    ...rest,
    metadata: { ...metadata, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) },
  }
}
