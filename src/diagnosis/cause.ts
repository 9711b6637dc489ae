import type { ProbeType } from '../model/kubernetes/probe.ts'
import {
  CONFIDENCES,
  type Confidence,
  type Effect,
  type Evidence,
  type Fix,
  type Severity,
  type Starting,
} from '../model/report/finding.ts'
import type { Code } from './codes/codes.ts'

/**
 * The layers in which a pod comes to life. The order is policy: where two causes hold for one pod, the earlier
 * layer is the root and the later one its effect.
 */
export const LAYERS = [
  'node',
  'admission',
  'job',
  'scheduling',
  'sandbox',
  'volume',
  'image',
  'config',
  'init',
  'container',
  'probe',
  'gate',
  'rollout',
] as const
export type Layer = (typeof LAYERS)[number]

/** What a rule concludes: what is wrong, how sure that is, and what to do. */
export interface Diagnosis {
  readonly code: Code
  readonly confidence: Confidence
  /** One line, about the subject, without its name. */
  readonly summary: string
  readonly explanation: string
  readonly evidence: readonly Evidence[]
  readonly fixes: readonly Fix[]
  /** A log line or a replay shows it, so that it holds of an application that is still starting, too. */
  readonly settled?: boolean
}

/** A diagnosis of one pod, container or workload, before root and effects are told apart. */
export interface Cause extends Diagnosis {
  readonly layer: Layer
  readonly container?: string
  readonly probe?: ProbeType
  readonly severity: Severity
  readonly effect: Effect
  /** True where the failure shows nothing of its own once an earlier layer has a cause: a dead process refuses. */
  readonly symptom?: boolean
  /** Of a start that is not over. */
  readonly starting?: Starting
  /** RFC 3339: since when it is over, of what failed a short time ago. */
  readonly recovered?: string
}

/** The confidence, but no more than a limit. */
export const atMost = (limit: Confidence, confidence: Confidence): Confidence =>
  CONFIDENCES.indexOf(confidence) > CONFIDENCES.indexOf(limit) ? limit : confidence
