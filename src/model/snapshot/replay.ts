import type { ProbeType } from '../kubernetes/probe.ts'

/** What one attempt sends: the handler of a probe with everything resolved that the kubelet resolves. */
export type ReplayAction =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | {
      readonly kind: 'httpGet'
      readonly scheme: 'http' | 'https'
      /** IP of the pod: the host of the URL, though the connection is made inside of the pod. */
      readonly host: string
      readonly port: number
      readonly path: string
      readonly headers: readonly { readonly name: string; readonly value: string }[]
      readonly userAgent: string
    }
  | { readonly kind: 'tcpSocket'; readonly port: number }
  | {
      readonly kind: 'grpc'
      readonly host: string
      readonly port: number
      readonly service: string
      readonly userAgent: string
    }

/** A probe of one container of one pod. */
export interface ReplayedProbe {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly probe: ProbeType
}

/** A probe that can be run from here. */
export interface ReplayRequest extends ReplayedProbe {
  readonly action: ReplayAction
  readonly timeoutSeconds: number
}

/**
 * How one attempt ended, as the kubelet would take it. `Warned` is a success; `Errored` is not counted
 * (docs/reference/probes.md#errored); `Unknown` was cut off by our own limits, not by the probe's.
 */
export const REPLAY_OUTCOMES = ['Passed', 'Warned', 'Failed', 'TimedOut', 'Errored', 'Unknown'] as const
export type ReplayOutcome = (typeof REPLAY_OUTCOMES)[number]

/** One attempt, made through the API server. */
export interface ReplayAttempt {
  readonly outcome: ReplayOutcome
  /**
   * From the open stream to the answer, also where that came after the timeout, or for how long was waited in vain; the
   * way through the API server is included. Absent where there is no answer to wait for: a port that accepts a
   * connection and says nothing.
   */
  readonly milliseconds?: number
  /** What came when the timeout of the probe was over, which the kubelet does not see. */
  readonly late?: { readonly outcome: ReplayOutcome; readonly message: string }
  /** One line: `HTTP status 404`, `SERVING`, `exit code 1`, `connection refused inside of the pod`. */
  readonly message: string
  /** The body of the answer, or what the command printed: at most 10 KiB, as the kubelet reads. */
  readonly output?: string
  /**
   * Whether something listens on the port inside of the pod, where the connection goes to localhost: `answered` sent
   * something, `open` did not refuse. Absent where that is not known.
   */
  readonly port?: 'answered' | 'open' | 'refused'
}

/** What came of running one probe from here. */
export interface Replay extends ReplayedProbe {
  /** The server's clock when the last attempt was over, RFC 3339. */
  readonly at: string
  /** The shortest way to the API server and back: the part of each attempt that is not the probe's. */
  readonly roundTripMilliseconds: number
  /** Empty where the server did not allow the first. */
  readonly attempts: readonly ReplayAttempt[]
  /** Why there are fewer attempts than were asked for. */
  readonly stopped?: string
}
