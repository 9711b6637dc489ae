import { listed } from '../../model/text/words.ts'
import type { Attention } from './attention.ts'
import type { ReasonCase } from './cases/case.ts'
import { REASON_THEMES, REASONS } from './catalogue.ts'
import { codeOfReason } from './reason-code.ts'
import { adviceText, sentence } from './sentence.ts'
import type { ReasonRow } from './types.ts'

const MATTERS: Readonly<Record<Attention, string>> = {
  AtOnce: 'at once',
  WhenRepeated: 'when it repeats',
  Step: 'as a step of the story',
  HardlyEver: 'hardly ever',
}

/** The page docs/reasons.md: every reason of the catalogue by theme, with what it means and what to do. */
export const reasonsMarkdown = (): string =>
  [
    '# Reasons of events',
    '',
    `What \`explain-events\` knows about the reasons of events: ${reasonNames().length} reasons. Made by \`npm run docs\`.`,
    '',
    'An incident has the code of its cause where the text admits one; else the code is made of the reason.',
    'Where the text of an event tells more, a row for each case follows its reason.',
    '"Matters" says when an event is worth your time. A reason that is not listed is shown with its message.',
    '',
    ...REASON_THEMES.flatMap(({ title, reasons }) => [
      `## ${title}`,
      '',
      '| reason | about | type | means | do | matters | code |',
      '|---|---|---|---|---|---|---|',
      ...reasons.flatMap((row) => [reasonCells(row), ...(row.cases ?? []).map((one) => caseCells(row, one))]),
      '',
    ]),
  ].join('\n')

const reasonCells = ({ reason, kinds, type, meaning, advice, attention, causeCode }: ReasonRow): string =>
  cells([
    `\`${reason}\``,
    kindsText(kinds),
    type,
    sentence(meaning),
    adviceText(advice),
    MATTERS[attention],
    codeLink(causeCode, codeOfReason(reason)),
  ])

const caseCells = (row: ReasonRow, { id, meaning, advice, attention, causeCode }: ReasonCase): string =>
  cells([
    `\`${row.reason}\`: ${caseTitle(id)}`,
    '',
    '',
    sentence(meaning),
    adviceText(advice),
    MATTERS[attention ?? row.attention],
    codeLink(causeCode ?? row.causeCode, id),
  ])

const kindsText = (kinds: readonly string[]): string =>
  kinds.length === 0 ? 'anything' : listed(kinds, 'or')

const caseTitle = (id: string): string => id.replaceAll('-', ' ')

const codeLink = (cause: string | undefined, own: string): string =>
  cause === undefined ? `\`${own}\`` : `[\`${cause}\`](causes/${cause}.md)`

const cells = (values: readonly string[]): string => `| ${values.join(' | ')} |`

/** The page of one reason, for all components that use it; as {@link reasonsMarkdown}, in sentences. */
export const reasonPage = (name: string): string =>
  [
    `# ${name}`,
    ...REASONS.filter(({ reason }) => reason === name).flatMap(
      ({ meaning, advice, type, kinds, components, attention, cases = [] }) => [
        `${sentence(meaning)} (${type}, about ${kindsText(kinds)}${components.length === 0 ? '' : `, from ${listed(components, 'or')}`})`,
        `**What to do.** ${adviceText(advice)}`,
        `**Matters** ${MATTERS[attention]}.`,
        ...cases.map((one) => `- ${caseTitle(one.id)}: ${sentence(one.meaning)} ${adviceText(one.advice)}`),
      ],
    ),
  ].join('\n\n')

/** Every reason of the catalogue, sorted. */
export const reasonNames = (): readonly string[] => [...new Set(REASONS.map(({ reason }) => reason))].sort()
