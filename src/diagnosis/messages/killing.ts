/** What a `Killing` event says about a probe. */
export interface ProbeKill {
  readonly container: string
  readonly probe: 'liveness' | 'startup'
  readonly willRestart: boolean
  /** An init container with `restartPolicy: Always`, which is always restarted though the text does not say so. */
  readonly init: boolean
}

/** Reads a `Killing` event's text; undefined where no probe was the reason (docs/reference/probes.md#consequences). */
export function parseKilling(message: string): ProbeKill | undefined {
  const match =
    /^(?:\(combined from similar events\): )?(Init container|Container) (\S+) failed (liveness|startup) probe(, will be restarted)?/.exec(
      message,
    )
  if (match === null) return undefined
  const [, kind, container = '', probe, restart] = match
  const init = kind === 'Init container'
  return { container, probe: probe as ProbeKill['probe'], willRestart: init || restart !== undefined, init }
}
