import { type StructuredPatchHunk, structuredPatch } from 'diff'
import { escapeText } from '../../model/text/escape.ts'
import type { FixDiff } from '../../probes/fix-diffs.ts'
import { codeText, subjectText } from '../report/subject.ts'
import type { Colour, Style } from '../terminal/style.ts'

export interface FixDiffOptions {
  readonly style: Style
  /** An object as YAML. Must be the same for equal objects. */
  readonly yaml: (object: object) => string
}

/** Unchanged lines around a change, as `diff -u` has them. */
export const CONTEXT = 3

/** Lines of a hunk begin with a sign; those that did not change with a blank. */
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
  const text = (object: object) => `${yaml(object).trimEnd()}\n`
  const { hunks } = structuredPatch(file, file, text(before), text(after), '', '', { context: CONTEXT })
  return [
    style.paint('dim', `# ${escapeText(`${severity}: ${subjectText(subject)} (${codeText(finding)})`)}`),
    style.paint('dim', `# ${escapeText(`${fix.title} (risk: ${fix.risk})`)}`),
    ...(fix.assumes ?? []).map((sentence) => style.paint('dim', `# ${escapeText(sentence)}`)),
    style.paint('bold', `--- ${file}`),
    style.paint('bold', `+++ ${file}`),
    ...hunks.flatMap((hunk) => hunkLines(hunk, style)),
  ].join('\n')
}

export const hunkLines = (
  { oldStart, oldLines, newStart, newLines, lines }: StructuredPatchHunk,
  style: Style,
): readonly string[] => [
  style.paint('cyan', `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`),
  ...lines.map((line) => {
    const colour = COLOURS[line.charAt(0)]
    const safe = escapeText(line, false)
    return colour === undefined ? safe : style.paint(colour, safe)
  }),
]
