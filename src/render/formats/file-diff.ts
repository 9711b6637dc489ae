import { structuredPatch } from 'diff'
import type { KubeObject } from '../../model/kubernetes/objects.ts'
import { applyPatch, type Patch } from '../../model/kubernetes/patch.ts'
import { type Finding, type Fix, RISKS } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { codeText, subjectText } from '../report/subject.ts'
import type { Style } from '../terminal/style.ts'
import { CONTEXT, hunkLines } from './diff.ts'
import { type Applied, placeOf, reasonToAsk } from './patches.ts'

/** What changes the texts of manifests (`manifestEditor`). */
interface Editor {
  change(
    origin: string,
    change: (object: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
  ): boolean
  changed(): readonly { readonly file: string; readonly before: string; readonly after: string }[]
}

export interface FileDiffOptions {
  readonly style: Style
  /** `FILE:LINE` by `Kind/namespace/name`. */
  readonly origins: Readonly<Record<string, string>>
  readonly editor: Editor
}

/**
 * The fixes as one change of the files, for `patch -p0`: of each finding the least invasive one that nobody has to decide
 * on, and as comments, which `patch` passes over, what was left out and why. Ends with a line feed.
 */
export function fileDiffText(
  findings: readonly Finding[],
  { style, origins, editor }: FileDiffOptions,
): string {
  const applied: Applied[] = []
  const comments = findings.flatMap((finding) => {
    const fixes = sortedBy(finding.fixes, ({ risk }) => [RISKS.indexOf(risk)])
    const fix = fixes.find(({ patch }) => patch !== undefined)
    if (fix?.patch === undefined) return []
    const why =
      reasonToAsk(finding, { fix, patch: fix.patch }, applied) ?? changeFile(fix.patch, origins, editor)
    if (why === undefined) applied.push({ ...placeOf(fix.patch), code: finding.code })
    return [commentOf(finding, fix, why)]
  })
  const diffs = sortedBy(editor.changed(), ({ file }) => [file]).map(({ file, before, after }) => {
    const { hunks } = structuredPatch(file, file, before, after, '', '', { context: CONTEXT })
    return [
      style.paint('bold', `--- ${escapeText(file)}`),
      style.paint('bold', `+++ ${escapeText(file)}`),
      ...hunks.flatMap((hunk) => hunkLines(hunk, style)),
    ].join('\n')
  })
  const lines = comments.map((comment) => style.paint('dim', `# ${escapeText(comment)}`))
  if (diffs.length === 0) lines.push('No fix changes a file: what to do is in the report.')
  return `${[...lines, ...diffs].join('\n')}\n`
}

/** Why the file stays as it is; undefined where it was changed. */
function changeFile(patch: Patch, origins: FileDiffOptions['origins'], editor: Editor): string | undefined {
  const { kind, namespace = '', name } = patch.target
  const origin = origins[`${kind}/${namespace}/${name}`]
  if (origin === undefined) return `there is no manifest of ${kind} ${name}`
  const isChanged = editor.change(
    origin,
    (object) =>
      applyPatch(object as unknown as KubeObject, patch) as unknown as Readonly<Record<string, unknown>>,
  )
  return isChanged ? undefined : `the text at ${origin} can't be changed line by line`
}

const commentOf = ({ severity, subject, ...finding }: Finding, fix: Fix, why: string | undefined): string =>
  `${severity}: ${subjectText(subject)} (${codeText(finding)}): ${fix.title}${why === undefined ? '' : ` (left out: ${why})`}`
