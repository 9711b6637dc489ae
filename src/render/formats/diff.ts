import type { Change } from '../../probes/fix-diffs.ts'
import { subjectText } from '../report/finding-block.ts'
import { hunks } from '../terminal/line-diff.ts'
import { type Colour, escapeText, type Style } from '../terminal/style.ts'

export interface ChangesOptions {
  readonly style: Style
  /** An object as YAML. Must be the same for equal objects. */
  readonly yaml: (object: object) => string
}

const COLOURS: Readonly<Record<string, Colour>> = { '-': 'red', '+': 'green' }

/**
 * What each fix changes, as a unified diff of the object's YAML with the finding and the fix above it. Ends with a
 * line feed.
 */
export function changesText(changes: readonly Change[], options: ChangesOptions): string {
  if (changes.length === 0) return 'No fix changes an object: what to find out first is in the report.\n'
  return `${changes.map((change) => changeText(change, options)).join('\n\n')}\n`
}

function changeText({ finding, fix, before, after }: Change, { style, yaml }: ChangesOptions): string {
  const { severity, subject, code, confidence } = finding
  const doubt = confidence === 'Certain' ? '' : `, ${confidence.toLowerCase()}`
  const { kind, name } = fix.patch?.target ?? { kind: 'Pod', name: fix.replace?.metadata.name ?? '' }
  const file = escapeText(`${kind.toLowerCase()}/${name}`)
  const lines = (object: object) => yaml(object).trimEnd().split('\n')
  return [
    style.paint('dim', `# ${escapeText(`${severity}: ${subjectText(subject)} (${code}${doubt})`)}`),
    style.paint('dim', `# ${escapeText(`${fix.title} (risk: ${fix.risk})`)}`),
    style.paint('bold', `--- ${file}`),
    style.paint('bold', `+++ ${file}`),
    ...hunks(lines(before), lines(after)).flatMap(({ before, after, lines }) => {
      const count = (sign: string) => lines.filter((line) => line.sign !== sign).length
      return [
        style.paint('cyan', `@@ -${before},${count('+')} +${after},${count('-')} @@`),
        ...lines.map(({ sign, text }) => {
          const line = sign + escapeText(text, false)
          const colour = COLOURS[sign]
          return colour === undefined ? line : style.paint(colour, line)
        }),
      ]
    }),
  ].join('\n')
}
