import { commandLine, inNamespace, jsonWord, nameWord, typeWord } from '../../model/command/command.ts'
import { type Patch, touchedFields } from '../../model/kubernetes/patch.ts'
import { type Finding, type Fix, RISKS } from '../../model/report/finding.ts'
import { escapeText } from '../../model/text/escape.ts'
import { shellWord } from '../../model/text/shell.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { plural } from '../../model/text/words.ts'
import { codeText, subjectText } from '../report/subject.ts'
import type { Style } from '../terminal/style.ts'

export interface PatchOptions {
  readonly style: Style
  /** `kubectl` with the flags that reach the cluster of the report, so that no other one is changed. */
  readonly kubectl: readonly string[]
}

/** A fix that changes something, as one line of shell. */
interface PatchCommand {
  readonly fix: Fix
  readonly command: string
  readonly patch?: Patch
}

/** One line of the script; what is not a comment runs. */
interface ScriptLine {
  readonly text: string
  readonly isComment: boolean
}

/**
 * The patches of the fixes as a script for `sh`: at most one live command per finding, the least invasive; everything
 * that a person should decide on is commented out, with the reason. Ends with a line feed.
 */
export function patchScript(findings: readonly Finding[], { style, kubectl }: PatchOptions): string {
  const applied: Applied[] = []
  const patched = findings.map((finding) => ({ finding, commands: patchCommands(finding, kubectl) }))
  const bare = patched.filter(({ commands }) => commands.length === 0).length
  const lines = [
    ...patched.flatMap(({ finding, commands }) => linesFor(finding, commands, applied)),
    ...(bare > 0
      ? [comment(`${plural(bare, 'finding')} without a patch: the report says what to find out.`)]
      : []),
    ...(findings.length === 0 ? [comment('Nothing to patch.')] : []),
  ]
  const painted = lines.map(({ text, isComment }) => (isComment ? style.paint('dim', text) : text))
  return `${painted.join('\n')}\n`
}

const patchCommands = ({ fixes }: Finding, kubectl: readonly string[]): readonly PatchCommand[] =>
  sortedBy(
    fixes.flatMap((fix) => {
      const command = commandOf(fix, kubectl)
      return command === undefined ? [] : [{ fix, command, ...(fix.patch ? { patch: fix.patch } : {}) }]
    }),
    ({ fix }) => [RISKS.indexOf(fix.risk)],
  )

/** Undefined for a fix that changes nothing, or names what no API server accepts. A manifest comes out of printf, so that it stays one line. */
function commandOf({ patch, replace }: Fix, kubectl: readonly string[]): string | undefined {
  if (replace !== undefined)
    return piped(commandLine([...kubectl, 'replace', '--force', '-f', '-']), jsonWord(replace))
  if (patch === undefined) return undefined
  const { kind, name, namespace } = patch.target
  const place = namespace === undefined ? [] : inNamespace(namespace)
  const what = ['patch', typeWord(kind), nameWord(kind, name), ...place, '--type', patch.type]
  return commandLine([...kubectl, ...what, '-p', jsonWord(patch.value)])
}

const piped = (command: string | undefined, input: string): string | undefined =>
  command === undefined ? undefined : `printf %s ${shellWord(input)} | ${command}`

/** What the live commands above change, and which finding they are of. */
export interface Applied {
  readonly object: string
  readonly fields: readonly string[]
  readonly code: string
}

/** @param applied what runs already; grows by what runs of this finding */
function linesFor(
  finding: Finding,
  commands: readonly PatchCommand[],
  applied: Applied[],
): readonly ScriptLine[] {
  return commands.flatMap((one, index) => {
    const { fix, command, patch } = one
    if (index > 0) return [comment(`or: ${fix.title} (risk: ${fix.risk})`), comment(command)]
    const head = comment(`${titleOf(finding)}: ${fix.title}`)
    const notes = (fix.assumes ?? []).map(comment)
    const reason = reasonToAsk(finding, one, applied)
    if (reason !== undefined) return [head, ...notes, comment(`commented out: ${reason}`), comment(command)]
    if (patch !== undefined) applied.push({ ...placeOf(patch), code: finding.code })
    return [head, ...notes, { text: escapeText(command), isComment: false }]
  })
}

const comment = (text: string): ScriptLine => ({ text: `# ${escapeText(text)}`, isComment: true })

const titleOf = (finding: Finding): string =>
  `${finding.severity}: ${subjectText(finding.subject)} (${codeText(finding)})`

export const placeOf = (patch: Patch): Pick<Applied, 'object' | 'fields'> => {
  const { namespace = '', kind, name } = patch.target
  return { object: `${kind}/${namespace}/${name}`, fields: touchedFields(patch) }
}

/** Why a person should look before this runs; undefined where it may run as it is. */
export function reasonToAsk(
  { severity, confidence, rootCause, configuration }: Finding,
  { fix, patch }: Pick<PatchCommand, 'fix' | 'patch'>,
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
