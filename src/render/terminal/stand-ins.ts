import stringWidth from 'string-width'

/** Of Unicode's private use area, whose characters every table of widths has as one column. */
const FIRST = 0xe000
const FILL = '\uf8ff'
const STAND_IN = /[\ue000-\uf8fe]\uf8ff*/g

/**
 * Takes lines of text through a layout that measures them by older tables than `string-width`: `hide` gives a stand-in
 * that is as wide and can't be measured wrongly, `show` puts the lines back into what was laid out. Lines of ASCII stand
 * for themselves. For some 6,000 lines at a time.
 */
export function standIns(): {
  readonly hide: (line: string) => string
  readonly show: (text: string) => string
} {
  const hidden: string[] = []
  return {
    hide: (line) => {
      const width = stringWidth(line)
      if (/^[\u0000-\u007f]*$/.test(line) || width === 0) return line
      hidden.push(line)
      return String.fromCharCode(FIRST + hidden.length - 1) + FILL.repeat(width - 1)
    },
    show: (text) => text.replace(STAND_IN, (one) => hidden[one.charCodeAt(0) - FIRST] ?? one),
  }
}
