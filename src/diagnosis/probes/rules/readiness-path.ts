import type { Evidence } from '../../../model/report/finding.ts'
import { specEvidence } from '../../evidence.ts'
import type { ProbeFailure } from '../failure.ts'
import { handlerField } from './common.ts'

/** A health path that is known to work, and where from. */
export interface ReadinessPath {
  readonly path: string
  readonly why: string
  readonly evidence: Evidence
}

/** The path of the readiness probe, where the container is Ready by it: that path exists. */
export function readinessPath({ container, probe }: ProbeFailure): ReadinessPath | undefined {
  const other = container.probes.find(({ type }) => type === 'readiness')
  if (other === undefined || probe.type === 'readiness' || container.status?.ready !== true) return undefined
  if (other.handler.kind !== 'httpGet' || probe.handler.kind !== 'httpGet') return undefined
  if (other.handler.port !== probe.handler.port || other.handler.path === probe.handler.path) return undefined
  return {
    path: other.handler.path,
    why: `The readiness probe of the same container passes with path ${other.handler.path}.`,
    evidence: specEvidence(container, handlerField(other, 'path'), other.handler.path),
  }
}
