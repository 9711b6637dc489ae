import type { ReplayVerdict } from '../diagnosis/probes/replay.ts'
import type { ContainerType, ProbeTiming, ProbeType, Window } from '../model/kubernetes/probe.ts'
import type { Rollout } from '../model/kubernetes/rollout.ts'
import type { Finding } from '../model/report/finding.ts'
import type { ReplayedProbe, ReplayOutcome } from '../model/snapshot/replay.ts'
import type { Gap, Snapshot } from '../model/snapshot/snapshot.ts'

/** What `kubectl probe-check -o json` prints (docs/probe-check.md). */
export interface ProbeReport {
  readonly apiVersion: 'rollout-safety/v1'
  readonly kind: 'ProbeReport'
  readonly now: string
  readonly source: Snapshot['source']
  readonly serverVersion?: string
  /** The namespace that was looked at; absent for all of them. */
  readonly namespace?: string
  /** Worst first. */
  readonly workloads: readonly WorkloadProbes[]
  readonly findings: readonly Finding[]
  /** What `--replay` did and saw; absent without it. */
  readonly replay?: readonly ReportedReplay[]
  readonly gaps: readonly Gap[]
  readonly assumptions: readonly string[]
}

/** A workload with its containers. Pods that ended or are being deleted count only where there are no others. */
export interface WorkloadProbes {
  readonly apiVersion: string
  readonly namespace: string
  readonly kind: string
  readonly name: string
  /** `spec.replicas`, where the kind has it. */
  readonly replicas?: number
  readonly pods: { readonly total: number; readonly ready: number }
  readonly rollout?: Rollout
  readonly containers: readonly ContainerProbes[]
}

export interface ContainerProbes {
  readonly name: string
  readonly type: ContainerType
  readonly pods: {
    readonly total: number
    readonly running: number
    readonly started: number
    readonly ready: number
  }
  /** Of all pods together. */
  readonly restarts: number
  /** The newest end of a run, over all pods. */
  readonly lastTerminated?: LastTerminated
  readonly probes: readonly ReportedProbe[]
  readonly instances: readonly ContainerInstance[]
}

export interface LastTerminated {
  readonly pod: string
  readonly reason?: string
  readonly exitCode: number
  readonly startedAt?: string
  readonly finishedAt?: string
}

/**
 * What the probe does now (docs/probe-check.md). `Inert`: every attempt errors, which the kubelet does not count;
 * `Starting`: fails, and the container may only be starting; `NotStarted`: waits for the startup probe; `NotApplied`: known from a manifest only. Worst first.
 */
export const PROBE_STATES = [
  'Failing',
  'Inert',
  'Starting',
  'NotStarted',
  'Unknown',
  'NotRunning',
  'Passing',
  'NotApplied',
] as const
export type ProbeState = (typeof PROBE_STATES)[number]

/** One probe of one container, over all pods that have it in this form. */
export interface ReportedProbe extends ProbeTiming {
  readonly type: ProbeType
  /** As `kubectl describe` prints it: `http-get http://:8080/healthz`. */
  readonly handler: string
  /** The port number that the kubelet connects to; absent for exec, or where a name can't be resolved. */
  readonly port?: number
  readonly windows: ProbeWindows
  /** The worst over the pods. */
  readonly state: ProbeState
  /** What the state rests on, for the worst pod. */
  readonly why: string
  /** Pods by state. */
  readonly states: Readonly<Partial<Record<ProbeState, number>>>
  /** The kubelet's last event about this probe. */
  readonly said?: LastProbeEvent
}

/** In seconds; from the quickest failure (refused at once) to the slowest (a hang until the timeout). */
export interface ProbeWindows {
  /** From container start to the verdict, if it never succeeds; absent for a probe that a startup probe holds back. */
  readonly fromStart?: Window
  /** From the fault of a container that was well to the verdict. */
  readonly detection: Window
  /** What the container is sure to get for its start; of the startup probe, else of the liveness probe. */
  readonly safeStartSeconds?: number
  /** From the kill to SIGKILL; absent for readiness, which kills nothing. */
  readonly graceSeconds?: number
}

/** The kubelet's own words. `verdict` tells failures, which count, from errors and warnings, which do not. */
export interface LastProbeEvent {
  readonly pod: string
  readonly verdict: 'failed' | 'errored' | 'warning'
  readonly text: string
  readonly time: string
  readonly count: number
  readonly countIsLowerBound: boolean
}

/** The container in one pod. */
export interface ContainerInstance {
  readonly pod: string
  readonly node?: string
  readonly state: 'Waiting' | 'Running' | 'Terminated' | 'Unknown'
  /** Of a waiting or terminated container: `CrashLoopBackOff`. */
  readonly reason?: string
  readonly ready: boolean
  readonly started?: boolean
  readonly restarts: number
  readonly probes: readonly { readonly type: ProbeType; readonly state: ProbeState; readonly why: string }[]
}

/** One probe that was run from here: what was sent, how often, and what came of it. */
export interface ReportedReplay extends ReplayedProbe {
  readonly workload: { readonly kind: string; readonly name: string }
  /** As `kubectl describe` prints it. */
  readonly handler: string
  /** The subresource that was used, and whose rights are needed. */
  readonly via: 'pods/exec' | 'pods/portforward'
  /** When the last attempt was over. */
  readonly at: string
  readonly timeoutSeconds: number
  /** Attempts that were made. */
  readonly attempts: number
  readonly verdict: ReplayVerdict
  /** The verdict in words: `would fail: HTTP status 404`. */
  readonly summary: string
  readonly latencyMilliseconds?: Latency
  /** The way to the API server and back, which each latency includes. */
  readonly roundTripMilliseconds: number
  readonly results: readonly ReplayResult[]
  /** Why there are fewer attempts than were asked for. */
  readonly stopped?: string
}

export interface Latency {
  readonly min: number
  readonly median: number
  readonly p95: number
  readonly max: number
}

export interface ReplayResult {
  readonly outcome: ReplayOutcome
  readonly message: string
  readonly count: number
  /** What came after the timeout of the probe; absent where nothing did. */
  readonly late?: { readonly outcome: ReplayOutcome; readonly message: string }
  /** Body of the answer or output of the command, of the first such attempt; at most 10 KiB. */
  readonly output?: string
}
