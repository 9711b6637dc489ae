import type { Severity } from '../../model/report/finding.ts'
import type { Colour, Style } from '../terminal/style.ts'

const COLOURS: Readonly<Record<Severity, Colour>> = { Error: 'red', Warning: 'yellow', Info: 'cyan' }

/** The severity as a word in its colour. */
export const severityText = (severity: Severity, style: Style): string =>
  style.paint(COLOURS[severity], severity)
