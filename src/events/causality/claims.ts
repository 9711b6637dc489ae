import type { Pod } from '../../model/kubernetes/objects.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import type { Candidate } from '../incidents/candidate.ts'

/** The claims that incidents are about, as `namespace/name`, and the nodes of the pods that use these. */
export interface ClaimsAndUsers {
  readonly claimsOf: (candidate: Candidate) => ReadonlySet<string>
  readonly nodesOfClaims: (candidate: Candidate) => ReadonlySet<string>
}

export function claimsAndUsers(cluster: Cluster): ClaimsAndUsers {
  const claims = new Map<Candidate, ReadonlySet<string>>()
  const claimsOf = (candidate: Candidate): ReadonlySet<string> => {
    const known = claims.get(candidate) ?? claimsOfCandidate(cluster, candidate)
    claims.set(candidate, known)
    return known
  }
  let users: ReadonlyMap<string, readonly Pod[]> | undefined
  return {
    claimsOf,
    nodesOfClaims: (candidate) => {
      users ??= podsByClaim(cluster)
      const pods = [...claimsOf(candidate)].flatMap((claim) => users?.get(claim) ?? [])
      return new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))
    },
  }
}

function claimsOfCandidate(cluster: Cluster, { finding: { subject }, pods }: Candidate): ReadonlySet<string> {
  if (subject.kind === 'PersistentVolumeClaim') return new Set([`${subject.namespace ?? ''}/${subject.name}`])
  return new Set(pods.flatMap(({ namespace, name }) => claimsOfPod(cluster.find('pods', namespace, name))))
}

const claimsOfPod = (pod: Pod | undefined): readonly string[] =>
  (pod?.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim =
      persistentVolumeClaim?.claimName ?? (ephemeral ? `${pod?.metadata.name}-${name}` : undefined)
    return claim === undefined ? [] : [`${pod?.metadata.namespace ?? ''}/${claim}`]
  })

function podsByClaim(cluster: Cluster): ReadonlyMap<string, readonly Pod[]> {
  const users = new Map<string, Pod[]>()
  for (const pod of cluster.objects.pods)
    for (const claim of claimsOfPod(pod)) {
      const known = users.get(claim)
      if (known === undefined) users.set(claim, [pod])
      else known.push(pod)
    }
  return users
}
