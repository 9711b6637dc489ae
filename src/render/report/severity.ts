import type { Finding, Severity } from '../../model/report/finding.ts'
import type { Colour, Style } from '../terminal/style.ts'

const COLOURS: Readonly<Record<Severity, Colour>> = { Error: 'red', Warning: 'yellow', Info: 'cyan' }

/** The severity as a word in its colour; of a start that is not over, that it is one. */
export const severityText = (
  { severity, starting }: Pick<Finding, 'severity' | 'starting'>,
  style: Style,
): string =>
  starting === undefined ? style.paint(COLOURS[severity], severity) : style.paint('yellow', 'Starting')
