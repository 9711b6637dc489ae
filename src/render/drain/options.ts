import type { Style } from '../terminal/style.ts'

/** How a drain plan is shown to people. */
export interface DrainTextOptions {
  readonly style: Style
  /** Everything, also what is as expected. */
  readonly wide: boolean
  readonly noHeaders: boolean
}
