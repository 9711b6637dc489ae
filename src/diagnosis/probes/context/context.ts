import type { Diagnosis } from '../../cause.ts'
import type { ProbeFailure } from '../failure.ts'
import type { ContextRule } from './context-rule.ts'
import { policyContext } from './network-policies.ts'
import { readyRevisionContext } from './ready-revision.ts'
import { meshContext } from './service-mesh.ts'
import { serviceContext } from './services.ts'
import { sharedFailureContext } from './shared-failure.ts'

/** Whatever stands around a pod and can speak for a diagnosis. Earlier fixes come first. */
const CONTEXT_RULES: readonly ContextRule[] = [
  serviceContext,
  readyRevisionContext,
  meshContext,
  policyContext,
  sharedFailureContext,
]

/**
 * The diagnosis with what stands around the pod and speaks for it: Services, another revision, network policies, a
 * mesh, the other replicas. Adds evidence and fixes; code and confidence stay as they are.
 */
export function withContext(failure: ProbeFailure, diagnosis: Diagnosis): Diagnosis {
  const added = CONTEXT_RULES.flatMap((rule) => rule(failure, diagnosis) ?? [])
  if (added.length === 0) return diagnosis
  const evidence = [...diagnosis.evidence, ...added.flatMap((one) => one.evidence)]
  const fixes = [...added.flatMap((one) => one.fixes), ...diagnosis.fixes]
  return {
    ...diagnosis,
    evidence: distinct(evidence, ({ object, path, text }) => JSON.stringify([object, path, text])),
    // Two ways to find out the same value are one fix; the title that says where it comes from counts.
    fixes: distinct(fixes, ({ patch, command }) => JSON.stringify([patch ?? null, command ?? null])),
  }
}

function distinct<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  const seen = new Map<string, T>()
  for (const item of items) if (!seen.has(key(item))) seen.set(key(item), item)
  return [...seen.values()]
}
