import { resourceOf } from '../../model/kubernetes/kinds.ts'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { managerSentence } from '../../model/managers/managers.ts'
import type { Fix } from '../../model/report/finding.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'

/** A fix that changes this object, with who may undo it; a manifest is the source itself, and nobody undoes its change. */
export function withManager(fix: Fix, object: KubeObject | undefined): Fix {
  const sentence = object?.metadata.uid ? managerSentence(object) : undefined
  return sentence === undefined ? fix : { ...fix, assumes: [sentence] }
}

/** The same of what a patch changes (docs/reference/managed-objects.md#delivery). */
export const withManagers = <T extends { readonly fixes: readonly Fix[] }>(
  cluster: Cluster,
  findings: readonly T[],
): readonly T[] =>
  findings.map((finding) => ({
    ...finding,
    fixes: finding.fixes.map((fix) => withManager(fix, targetOf(cluster, fix))),
  }))

function targetOf(cluster: Cluster, { patch }: Fix): KubeObject | undefined {
  if (patch === undefined) return undefined
  const { apiVersion = 'v1', kind, namespace, name } = patch.target
  const resource = resourceOf(apiVersion, kind)
  return resource === undefined ? undefined : cluster.find(resource, namespace, name)
}
