import { escapeText } from './model/text/escape.ts'

/** Something that says on a terminal what takes so long. */
export interface Progress {
  update(text: string): void
  stop(): void
}

/** For work that nobody waits for. */
export const SILENT: Progress = { update: () => {}, stop: () => {} }

/**
 * A spinner on standard error, only where that is a terminal: pipes and CI see nothing. ora is loaded only then (its
 * import alone costs as much as a small list), and never on a terminal of 0 columns, where it does not end.
 */
export async function startProgress(text: string): Promise<Progress> {
  if (!process.stderr.isTTY || !(process.stderr.columns > 0)) return SILENT
  const { default: ora } = await import('ora')
  const spinner = ora({ text: escapeText(text), stream: process.stderr, discardStdin: false }).start()
  return {
    update: (now) => {
      spinner.text = escapeText(now)
    },
    stop: () => {
      spinner.stop()
    },
  }
}
