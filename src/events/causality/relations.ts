import type { Pod } from '../../model/kubernetes/objects.ts'
import type { Cluster } from '../../model/snapshot/cluster.ts'
import { rootKey } from '../facts/subject.ts'
import type { Draft } from '../incidents/candidate.ts'
import type { Link, Via } from './rules.ts'
import { culpritsOf } from './shared-causes.ts'

/** What the rules ask about where incidents touch. */
export interface Touching {
  readonly claimsOf: (draft: Draft) => ReadonlySet<string>
  readonly claimNodesOf: (draft: Draft) => ReadonlySet<string>
  readonly scaleTargetOf: (draft: Draft) => string | undefined
}

export function touching(cluster: Cluster): Touching {
  const claims = new Map<Draft, ReadonlySet<string>>()
  const claimsOf = (draft: Draft): ReadonlySet<string> => {
    const known = claims.get(draft) ?? claimsOfDraft(cluster, draft)
    claims.set(draft, known)
    return known
  }
  let usersOfClaim: ReadonlyMap<string, readonly Pod[]> | undefined
  return {
    claimsOf,
    claimNodesOf: (draft) => {
      usersOfClaim ??= podsByClaim(cluster)
      const users = [...claimsOf(draft)].flatMap((claim) => usersOfClaim?.get(claim) ?? [])
      return new Set(users.flatMap(({ spec }) => spec?.nodeName ?? []))
    },
    scaleTargetOf: ({ finding: { subject } }) => {
      if (subject.kind !== 'HorizontalPodAutoscaler') return undefined
      const target = cluster.find('horizontalpodautoscalers', subject.namespace, subject.name)?.spec
        ?.scaleTargetRef
      return target === undefined ? undefined : `${target.kind}/${subject.namespace ?? ''}/${target.name}`
    },
  }
}

function claimsOfDraft(cluster: Cluster, { finding: { subject }, pods }: Draft): ReadonlySet<string> {
  const { kind, namespace, name } = subject
  if (kind === 'PersistentVolumeClaim') return new Set([`${namespace ?? ''}/${name}`])
  return new Set([...pods].flatMap((key) => claimsOfPod(podOf(cluster, key))))
}

function podOf(cluster: Cluster, key: string): Pod | undefined {
  const [namespace, name = ''] = key.split('/')
  return cluster.find('pods', namespace, name)
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

/** A cause begins before its effect ends; whole seconds and clocks of several writers need some tolerance. */
const TOLERANCE_MS = 60_000

/** What is over explains only what began soon after; pods leave a lost node after 5 minutes, volumes after 6 more. */
const AFTERMATH_MS = 15 * 60_000

/** Whether this link leads from the one incident to the other. */
export function leads(link: Link, cause: Draft, effect: Draft, touch: Touching): boolean {
  if (cause === effect) return false
  const has = (draft: Draft, signs: readonly string[]) =>
    signs.some((sign) => sign === '*' || draft.signs.has(sign))
  return (
    has(cause, link.cause) &&
    has(effect, link.effect) &&
    (link.causeKind === undefined || cause.finding.subject.kind === link.causeKind) &&
    (link.effectKind === undefined || effect.finding.subject.kind === link.effectKind) &&
    (link.text === undefined || says(effect, link.text)) &&
    ((link.anyTime && cause.ongoing) || inTime(cause, effect)) &&
    meet(link.via, cause, effect, touch)
  )
}

const says = ({ facts, finding }: Draft, pattern: RegExp): boolean =>
  facts.some(({ occurrence }) => pattern.test(occurrence.message)) ||
  finding.evidence.some(({ text }) => pattern.test(text))

function inTime(cause: Draft, effect: Draft): boolean {
  if (cause.firstSeen === '' || effect.lastSeen === '') return true
  if (Date.parse(cause.firstSeen) > Date.parse(effect.lastSeen) + TOLERANCE_MS) return false
  return cause.ongoing || Date.parse(effect.firstSeen) <= Date.parse(cause.lastSeen) + AFTERMATH_MS
}

const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((one) => b.has(one))

/** The events of a describe that was pasted do not say which container they are about. */
const sameContainer = (cause: string | undefined, effect: string | undefined): boolean =>
  cause === undefined || effect === undefined || cause === effect

function meet(via: Via, cause: Draft, effect: Draft, touch: Touching): boolean {
  switch (via) {
    case 'Anywhere':
      return true
    case 'Subject':
      return cause.rootKey === effect.rootKey
    case 'Container':
      return (
        cause.rootKey === effect.rootKey &&
        sameContainer(cause.finding.subject.container, effect.finding.subject.container)
      )
    case 'Node':
      return overlap(cause.nodes, effect.nodes)
    case 'Claim':
      return overlap(touch.claimsOf(cause), touch.claimsOf(effect))
    case 'ClaimNode':
      return overlap(cause.nodes, touch.claimNodesOf(effect))
    case 'Culprit':
      return culpritsOf(effect).some(({ root }) => rootKey(root) === cause.rootKey)
    case 'ScaleTarget':
      return touch.scaleTargetOf(effect) === cause.rootKey
  }
}
