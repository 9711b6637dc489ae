import type { FixDiff } from '../../probes/fix-diffs.ts'
import { codeText, subjectText } from '../report/subject.ts'
import { hunks } from '../terminal/line-diff.ts'
import { type Colour, escapeText, type Style } from '../terminal/style.ts'

export interface FixDiffOptions {
  readonly style: Style
  /** An object as YAML. Must be the same for equal objects. */
  readonly yaml: (object: object) => string
}

const COLOURS: Readonly<Record<string, Colour>> = { '-': 'red', '+': 'green' }

/**
 * What each fix changes, as a unified diff of the object's YAML with the finding and the fix above it. Ends with a
 * line feed.
 */
export function fixDiffsText(diffs: readonly FixDiff[], options: FixDiffOptions): string {
  if (diffs.length === 0) return 'No fix changes an object: what to find out first is in the report.\n'
  return `${diffs.map((diff) => fixDiffText(diff, options)).join('\n\n')}\n`
}

function fixDiffText({ finding, fix, before, after }: FixDiff, { style, yaml }: FixDiffOptions): string {
  const { severity, subject } = finding
  const { kind, name } = fix.patch?.target ?? { kind: 'Pod', name: fix.replace?.metadata.name ?? '' }
  const file = escapeText(`${kind.toLowerCase()}/${name}`)
  const lines = (object: object) => yaml(object).trimEnd().split('\n')
  return [
    style.paint('dim', `# ${escapeText(`${severity}: ${subjectText(subject)} (${codeText(finding)})`)}`),
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
