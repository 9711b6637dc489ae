import type { PlannedFix } from '../../drain/types/fix.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import type { PlannedWave } from '../../drain/types/wave.ts'
import { commandLine, nameWord } from '../../model/command/command.ts'
import { listed, plural } from '../../model/text/words.ts'
import { codeBlock, markdownCode, markdownTable, markdownText } from '../formats/markdown.ts'
import { faultLines } from './faults.ts'
import { isKnownFix, otherFixes, remedyLine } from './remedy.ts'
import type { RunbookFlags } from './runbook/commands.ts'
import { staleLines } from './stale.ts'
import { summarySentences } from './summary.ts'
import {
  changeNotes,
  changeTag,
  DRAINING,
  firstNames,
  followedText,
  meaningOf,
  outageSentence,
  SHOWN_NAMES,
} from './words.ts'

/** Assumptions and rows of tables that a ticket takes before the rest is only counted. */
const MOST_ROWS = 50

/** The plan as a change ticket in GitHub-flavoured markdown. Ends with a line feed. */
export function drainMarkdown(plan: DrainPlan, flags: RunbookFlags): string {
  const parts = [
    ...headOf(plan, flags),
    section('Verdicts', verdictTable(plan)),
    section('What is in the way', refusalTable(plan)),
    section('PDBs counted anew', bullets(staleLines(plan))),
    section('The fewest changes', remedyText(plan)),
    section('Fixes', otherFixes(plan).map(fixText).join('\n\n')),
    ...(plan.scope === 'EachAlone'
      ? []
      : [section(plan.nodes.length > 1 ? 'Waves' : 'PDBs while it drains', wavesText(plan))]),
    section('PDBs to mend', bullets(faultLines(plan, false))),
    section('Pods that need a look', podTable(plan)),
    section('Assumptions', bullets(plan.assumptions)),
    section('Not read', bullets(plan.gaps.map(({ resource, message }) => `${resource}: ${message}`))),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** What was planned, how, and what comes of it. */
function headOf(plan: DrainPlan, flags: RunbookFlags): readonly string[] {
  const names = plan.nodes.map(({ name }) => name)
  const alone = plan.scope === 'EachAlone'
  const many = names.length > SHOWN_NAMES
  const several = many ? ['NODE ...'] : names.map((name) => nameWord('Node', name))
  const command = commandLine(['kubectl', 'drain', ...(alone ? ['NODE'] : several), ...flags.drain])
  const nodes = many ? plural(names.length, 'node') : listed(names.map(markdownCode))
  const summary = alone || names.length === 1 ? outageSentence(plan, false) : summarySentences(plan, false)
  return [
    alone ? `# Drain of each node alone: ${nodes}` : `# Drain of ${nodes}`,
    `Planned for ${markdownText(plan.now)} with ${markdownCode(command ?? 'kubectl drain')}${alone ? ' for each node alone, the others staying as they are' : ''}, ${markdownText(followedText(plan))}. The cluster was only read.`,
    ...(alone
      ? [`${drainingCount(plan)} of ${plural(names.length, 'node')} can be drained, one at a time.`]
      : []),
    ...(summary === '' ? [] : [markdownText(summary)]),
  ]
}

const drainingCount = ({ nodes }: DrainPlan): number =>
  nodes.filter(({ verdict }) => DRAINING.includes(verdict)).length

const section = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`)

const bullets = (lines: readonly string[]): string =>
  lines.map((line) => `- ${markdownText(line)}`).join('\n')

const verdictTable = ({ nodes }: DrainPlan): string =>
  markdownTable(
    ['Node', 'Verdict', 'Meaning', 'Why'],
    nodes.map((node) => [
      markdownCode(node.name),
      `**${node.verdict}**`,
      meaningOf(node),
      node.reasons
        .map(({ message, pods }) =>
          markdownText(pods.length === 0 ? message : `${message} (${firstNames(pods, false)})`),
        )
        .join('<br>'),
    ]),
  )

const refusalTable = ({ budgets }: DrainPlan): string =>
  markdownTable(
    ['PDB', 'Healthy / needed at the start', 'Healthy / needed when it refuses', 'The API server says'],
    budgets
      .filter(({ refusal }) => refusal !== undefined)
      .map((one) => [
        markdownCode(`${one.namespace}/${one.name}`),
        `${one.currentHealthyBefore} / ${one.desiredHealthyBefore}`,
        `${one.currentHealthyAfter} / ${one.desiredHealthyAfter}`,
        markdownText(one.refusal ?? ''),
      ]),
  )

const fixText = ({ title, command, undo, ...fix }: PlannedFix, index: number): string =>
  [
    `${index + 1}. **${changeTag(fix)}**: ${[title, ...changeNotes(fix)].map(markdownText).join('<br>')}`,
    ...(command === undefined ? [] : [`\n${codeBlock(command, 'sh')}`]),
    ...(undo === undefined ? [] : [`\nundo:\n\n${codeBlock(undo, 'sh')}`]),
  ].join('\n')

const remedyText = (plan: DrainPlan): string =>
  plan.remedy === undefined || isKnownFix(plan)
    ? ''
    : [remedyLine(plan.remedy), ...plan.remedy.fixes.map(fixText)].join('\n\n')

const wavesText = ({ waveDetails = [], nodes }: DrainPlan): string => {
  if (nodes.length > 1 && waveDetails.length === 0)
    return 'There is no wave: none of the nodes is sure to drain.'
  return waveDetails
    .map((wave, index) => [...(nodes.length > 1 ? [waveLine(wave, index)] : []), waveTable(wave)])
    .flatMap((parts) => parts.filter((part) => part !== ''))
    .join('\n\n')
}

const waveLine = ({ nodes, pods }: PlannedWave, index: number): string =>
  `${index + 1}. ${nodes.map(markdownCode).join(', ')}: ${plural(pods, 'pod')}`

const waveTable = ({ budgets }: PlannedWave): string =>
  markdownTable(
    ['PDB', 'Healthy before', 'At the lowest', 'After', 'Needed'],
    budgets.map((one) => [
      markdownCode(`${one.namespace}/${one.name}`),
      ...[one.healthyBefore, one.healthyLowest, one.healthyAfter, one.desiredHealthy].map(String),
    ]),
  )

function podTable({ nodes }: DrainPlan): string {
  const rows = nodes.flatMap(({ name, pods }) =>
    pods
      .filter(
        ({ action, outcome, replacement }) =>
          action !== 'Skip' &&
          (outcome !== 'Gone' || (replacement !== undefined && replacement.fate !== 'Lands')),
      )
      .map((pod) => [
        markdownCode(name),
        markdownCode(`${pod.namespace}/${pod.name}`),
        pod.outcome,
        pod.replacement?.fate ?? '',
        markdownText(pod.reason ?? pod.replacement?.why ?? ''),
      ]),
  )
  const more = rows.length - MOST_ROWS
  const text = markdownTable(['Node', 'Pod', 'Outcome', 'Replacement', 'Why'], rows.slice(0, MOST_ROWS))
  return more > 0 ? `${text}\n\n${plural(more, 'more pod')}; all of them: \`-o wide\`.` : text
}
