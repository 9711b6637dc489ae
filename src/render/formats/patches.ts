import { type Patch, touchedFields } from '../../model/kubernetes/patch.ts'
import { type Finding, type Fix, RISKS } from '../../model/report/finding.ts'
import { shellCommand, shellWord } from '../../model/text/shell.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { plural } from '../../model/text/words.ts'
import { codeText, subjectText } from '../report/subject.ts'
import { escapeText, type Style } from '../terminal/style.ts'

export interface PatchOptions {
  readonly style: Style
  /** `kubectl` with the flags that reach the cluster of the report, so that no other one is changed. */
  readonly kubectl: readonly string[]
}

/** A fix that changes something, as one line of shell. */
interface PatchCommand {
  readonly fix: Fix
  readonly line: string
  readonly patch?: Patch
}

/**
 * The patches of the fixes as a script for `sh`: at most one live command per finding, the least invasive; everything
 * that a person should decide on is commented out, with the reason. Ends with a line feed.
 */
export function patchScript(findings: readonly Finding[], { style, kubectl }: PatchOptions): string {
  const applied: Applied[] = []
  const blocks = findings.flatMap((finding) => {
    const changes = patchCommands(finding, kubectl)
    return changes.length === 0 ? [] : [block(finding, changes, applied)]
  })
  const bare = findings.filter((finding) => patchCommands(finding, kubectl).length === 0).length
  const note =
    blocks.length > 0 && bare === 0
      ? []
      : [
          `# ${bare === 0 ? 'Nothing to patch.' : `${plural(bare, 'finding')} without a patch: the report says what to find out.`}`,
        ]
  const lines = [...blocks.flat(), ...note]
  return `${lines.map((line) => (line.startsWith('#') ? style.paint('dim', line) : line)).join('\n')}\n`
}

const patchCommands = ({ fixes }: Finding, kubectl: readonly string[]): readonly PatchCommand[] =>
  sortedBy(
    fixes.flatMap((fix) => {
      const line = lineOf(fix, kubectl)
      return line === undefined ? [] : [{ fix, line, ...(fix.patch ? { patch: fix.patch } : {}) }]
    }),
    ({ fix }) => [RISKS.indexOf(fix.risk)],
  )

/** Undefined for a fix that changes nothing. A manifest comes out of printf, so that it stays one line. */
function lineOf({ patch, replace }: Fix, kubectl: readonly string[]): string | undefined {
  if (replace !== undefined)
    return escapeText(
      `printf %s ${shellWord(JSON.stringify(replace))} | ${shellCommand([...kubectl, 'replace', '--force', '-f', '-'])}`,
    )
  if (patch === undefined) return undefined
  const { kind, name, namespace } = patch.target
  const place = namespace === undefined ? [] : ['-n', namespace]
  const what = ['patch', kind.toLowerCase(), name, ...place, '--type', patch.type]
  return escapeText(shellCommand([...kubectl, ...what, '-p', JSON.stringify(patch.value)]))
}

/** What the live commands above change, and which finding they are of. */
interface Applied {
  readonly object: string
  readonly fields: readonly string[]
  readonly code: string
}

function block(finding: Finding, changes: readonly PatchCommand[], applied: Applied[]): readonly string[] {
  return changes.flatMap((change, index) => {
    const { fix, line, patch } = change
    const head = comment(
      index === 0 ? `${titleOf(finding)}: ${fix.title}` : `or: ${fix.title} (risk: ${fix.risk})`,
    )
    if (index > 0) return [head, `# ${line}`]
    const reason = reasonToAsk(finding, change, applied)
    if (reason !== undefined) return [head, comment(`commented out: ${reason}`), `# ${line}`]
    if (patch !== undefined) applied.push({ ...placeOf(patch), code: finding.code })
    return [head, line]
  })
}

const comment = (text: string): string => `# ${escapeText(text)}`

const titleOf = (finding: Finding): string =>
  `${finding.severity}: ${subjectText(finding.subject)} (${codeText(finding)})`

const placeOf = (patch: Patch): Pick<Applied, 'object' | 'fields'> => {
  const { namespace = '', kind, name } = patch.target
  return { object: `${kind}/${namespace}/${name}`, fields: touchedFields(patch) }
}

/** Why a person should look before this runs; undefined where it may run as it is. */
function reasonToAsk(
  { severity, confidence, rootCause, configuration }: Finding,
  { fix, patch }: PatchCommand,
  applied: readonly Applied[],
): string | undefined {
  if (fix.risk !== 'Low') return `${fix.risk.toLowerCase()}, see what it does first`
  if (severity === 'Info') return 'a remark, nothing is broken'
  if (confidence === 'Possible') return 'the cause is only possible'
  if (!rootCause && !configuration) return 'it follows from another finding, which comes first'
  if (patch === undefined) return undefined
  const { object, fields } = placeOf(patch)
  const above = applied.find(
    (one) => one.object === object && one.fields.some((field) => fields.some((own) => overlap(own, field))),
  )
  return above === undefined ? undefined : `the patch for ${above.code} above changes the same field`
}

const overlap = (a: string, b: string): boolean =>
  a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`) || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)
