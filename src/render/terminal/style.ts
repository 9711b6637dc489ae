import { styleText } from 'node:util'

export type Colour = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan'

/** How text is shown: given to the renderers, so that they know neither the terminal nor the environment. */
export interface Style {
  /** Columns to wrap at; undefined where the output is not a terminal, and then nothing is wrapped. */
  readonly width?: number
  /** Draw with ASCII only: the terminal may not show anything else. */
  readonly ascii?: boolean
  paint(colour: Colour, text: string): string
}

export const PLAIN: Style = { paint: (_colour, text) => text }

/**
 * A style for a stream: colours obey NO_COLOR, FORCE_COLOR and whether it is a terminal; drawings are ASCII where the
 * environment says that nothing else can be shown.
 */
export const styleFor = (
  stream: NodeJS.WriteStream,
  columns: number | undefined,
  environment: Readonly<Record<string, string | undefined>> = {},
): Style => ({
  ...(stream.isTTY && columns !== undefined && columns > 0 ? { width: columns } : {}),
  ...(isAsciiOnly(environment) ? { ascii: true } : {}),
  paint: (colour, text) => styleText(colour, text, { stream }),
})

/** A dumb terminal, or a locale that is set and has no UTF-8; POSIX looks at these variables in this order. */
function isAsciiOnly({
  TERM,
  LC_ALL,
  LC_CTYPE,
  LANG,
}: Readonly<Record<string, string | undefined>>): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG
  return TERM === 'dumb' || (locale !== undefined && locale !== '' && !/utf-?8/i.test(locale))
}

/** Shortens the ids of containers and of exec calls to their first digits, as the runtime's own tools do. */
export const shortIds = (text: string): string => text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…')
