import type { KubeObject } from '../kubernetes/objects.ts'
import type { Patch } from '../kubernetes/patch.ts'
import type { ProbeType } from '../kubernetes/probe.ts'

/** How bad: `Error` is broken now, `Warning` will break or was broken and recovered. Best first. */
export const SEVERITIES = ['Info', 'Warning', 'Error'] as const
export type Severity = (typeof SEVERITIES)[number]

/** How sure: `Certain` means that the evidence admits nothing else. Weakest first. */
export const CONFIDENCES = ['Possible', 'Likely', 'Certain'] as const
export type Confidence = (typeof CONFIDENCES)[number]

/** How much a fix disturbs, least first. */
export const RISKS = ['Inspect', 'Low', 'Disruptive', 'Destructive'] as const
export type Risk = (typeof RISKS)[number]

/** What a finding is about. `pods` are plain names in `namespace`, sorted. */
export interface Subject {
  readonly namespace?: string
  readonly kind: string
  readonly name: string
  readonly pods?: readonly string[]
  readonly container?: string
  readonly probe?: ProbeType
}

export type EvidenceSource = 'Event' | 'Status' | 'Spec' | 'Log' | 'Node' | 'Replay'

/** One fact that a reader can look up. `object` is `Kind namespace/name`. */
export interface Evidence {
  readonly source: EvidenceSource
  readonly object: string
  /** Field path inside the object, e.g. `spec.containers[0].livenessProbe.httpGet.port`. */
  readonly path?: string
  readonly text: string
  readonly time?: string
  readonly count?: number
  readonly countIsLowerBound?: boolean
  /** The same was seen more than once: all of them together, this one included. */
  readonly alike?: Alike
}

/** Facts that differ only in pod, time, ids and addresses. */
export interface Alike {
  /** Of how many objects. */
  readonly objects: number
  readonly count?: number
  readonly countIsLowerBound?: boolean
  /** RFC 3339: the newest. */
  readonly time?: string
}

/** One way to mend it. `command` is safe to paste into a POSIX shell. Patch commands are made by `patchFix`. */
export interface Fix {
  readonly title: string
  readonly risk: Risk
  readonly command?: string
  readonly patch?: Patch
  /** The whole manifest, for `kubectl replace --force -f -`: probes of a Pod without an owner can't be patched. */
  readonly replace?: KubeObject
  /** What is taken for granted, and who may undo it; sentences. Absent where there is nothing to say. */
  readonly assumes?: readonly string[]
  /** What it sets is a guess, or goes round the cause: worth a look first. */
  readonly tentative?: true
  /** A change that somebody makes by hand, as the title says; the command only shows the object. */
  readonly byHand?: true
}

/** Fixes that are tried only after a look: {@link Fix.tentative}. */
export const tentative = (fixes: readonly Fix[]): readonly Fix[] =>
  fixes.map((fix) => ({ ...fix, tentative: true }))

/** What the failure does to the subject now. */
export type Effect = 'Restarting' | 'Unready' | 'NotStarted' | 'Inert' | 'None'

/** The restarts of a container over the pods of a finding. */
export interface RestartImpact {
  /** Whatever caused them. */
  readonly total: number
  /** Those that this probe caused; absent where the finding is about none that restarts. */
  readonly byProbe?: number
  /** Fewer than all are shown to be of this probe; the events of older ones may be gone. */
  readonly byProbeIsLowerBound?: true
  /**
   * `Killing` events name the probe, or the last run lasted just as long as the probe allows
   * (docs/reference/probes.md#run-length).
   */
  readonly proof?: 'Event' | 'LifeLength'
  /** RFC 3339: the newest end of a run. */
  readonly lastFinishedAt?: string
}

/** What a Service that selects the pods has left. Pods that ended or are being deleted do not count. */
export interface Backends {
  readonly service: string
  readonly ready: number
  readonly total: number
  /** `publishNotReadyAddresses`: pods get traffic whether or not they are ready. */
  readonly publishesNotReady?: true
}

/** The next start of a container that waits for it (docs/reference/probes.md#back-off). */
export interface NextRestart {
  readonly pod: string
  /** RFC 3339; may lie before `now` where the kubelet is late. */
  readonly at: string
  /** True: not later than `at`. False: not before `at`, and soon after. */
  readonly atMost: boolean
  /** The wait that holds now, in seconds; absent where only its upper bound is known. */
  readonly backOffSeconds?: number
}

/** Seconds, at the earliest and at the latest. */
export interface Detection {
  readonly min: number
  readonly max: number
  /** What they count from: the start of the container for a startup probe, else the fault. */
  readonly from: 'Start' | 'Fault'
}

/** What a failure does, in numbers. What is absent is not known, or does not apply. */
export interface Impact {
  readonly restarts?: RestartImpact
  /** By name of the Service; empty where none selects the pods. Absent where Services were not read. */
  readonly backends?: readonly Backends[]
  /** Of a rollout that is stuck. */
  readonly rollout?: string
  readonly nextRestart?: NextRestart
  /** How long this probe takes, as it is configured, from the fault to its verdict. */
  readonly detectionSeconds?: Detection
}

/**
 * What decides how long a container may take for its start (docs/reference/probe-failures.md#starting): the verdict of
 * the startup probe or of the liveness probe, a time for what only the readiness probe looks at, or twice the time that
 * other pods needed, where that is longer.
 */
export type StartRule = 'StartupProbe' | 'LivenessProbe' | 'ReadinessProbe' | 'EarlierStarts'

/** How long a start of this container took before, in seconds, in the pods of the workload that are ready. */
export interface EarlierStarts {
  readonly pods: number
  /** How many of these pods are of another revision; absent where none is. */
  readonly otherRevisions?: number
  readonly minSeconds: number
  readonly medianSeconds: number
  readonly maxSeconds: number
}

/** What is known of a start that is not over. */
export interface Starting {
  /** RFC 3339: start of the run, of the pod whose time is over first. */
  readonly startedAt: string
  /** RFC 3339: from then on the same is a failure. */
  readonly failureFrom: string
  readonly rule: StartRule
  readonly earlierStarts?: EarlierStarts
}

/** A cause or a configuration finding, as `-o json` shows it (docs/reference/commands.md#findings). */
export interface Finding {
  readonly code: string
  readonly severity: Severity
  readonly confidence: Confidence
  readonly rootCause: boolean
  readonly subject: Subject
  readonly summary: string
  readonly explanation: string
  readonly evidence: readonly Evidence[]
  readonly effect: Effect
  /** Of causes that hold now. */
  readonly impact?: Impact
  readonly fixes: readonly Fix[]
  readonly docs: string
  /** Of what may be no more than a start that takes its time; then the code is `starting` and the severity `Info`. */
  readonly starting?: Starting
  /** RFC 3339: since when it is over, of what failed a short time ago; then the severity is `Warning`, the effect `None`. */
  readonly recovered?: string
  /** True for what a rule says of the configuration alone, whatever happens at run time (docs/rules). */
  readonly configuration?: true
}

/** True where `severity` is as bad as `threshold`, or worse. */
export const atLeast = (severity: Severity, threshold: Severity): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(threshold)
