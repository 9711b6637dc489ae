import type { Code } from '../../codes/codes.ts'
import { ingressPolicies, passesBehindPolicies } from '../no-answer/policies.ts'
import type { ContextRule } from './context-rule.ts'

/** Causes that dropped packets look like; `unreachable` names the policies itself. */
const POLICY_CODES: readonly Code[] = [
  'connection-closed',
  'cpu-starved',
  'hang',
  'timeout-too-short',
  'tls-handshake',
]

/** A policy that restricts what reaches the pod, where packets may be dropped. */
export const policyContext: ContextRule = (failure, { code }) =>
  POLICY_CODES.includes(code) && failure.everPassed !== true && passesBehindPolicies(failure) === undefined
    ? { evidence: ingressPolicies(failure), fixes: [] }
    : undefined
