import { listed } from '../../model/text/words.ts'
import { codeOfReason } from '../facts/classify.ts'
import { REASON_THEMES, REASONS } from './catalogue.ts'
import type { ReasonInfo } from './types.ts'

const NOISE = ['at once', 'when it repeats', 'as a step of the story', 'hardly ever'] as const

/** The page docs/reasons.md: every reason of the catalogue by theme, with what it means and what to do. */
export const reasonsMarkdown = (): string =>
  [
    '# Reasons of events',
    '',
    `What \`explain-events\` knows about the reasons of events: ${new Set(REASONS.map(({ reason }) => reason)).size} reasons. Made by \`npm run docs\`.`,
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
      ...reasons.flatMap((info) => [row(info), ...(info.cases ?? []).map((one) => caseRow(info, one))]),
      '',
    ]),
  ].join('\n')

const row = ({ reason, kinds, type, meaning, advice, noise, causeCode }: ReasonInfo): string =>
  cells([
    `\`${reason}\``,
    kinds.length === 0 ? 'anything' : listed(kinds, 'or'),
    type,
    meaning,
    advice,
    NOISE[noise],
    codeLink(causeCode, codeOfReason(reason)),
  ])

const caseRow = (info: ReasonInfo, one: NonNullable<ReasonInfo['cases']>[number]): string =>
  cells([
    `\`${info.reason}\`: ${one.name.replaceAll('-', ' ')}`,
    '',
    '',
    one.meaning,
    one.advice,
    NOISE[one.noise ?? info.noise],
    codeLink(one.causeCode ?? info.causeCode, one.name),
  ])

const codeLink = (cause: string | undefined, own: string): string =>
  cause === undefined ? `\`${own}\`` : `[\`${cause}\`](causes/${cause}.md)`

const cells = (values: readonly string[]): string => `| ${values.join(' | ')} |`

/** The page of one reason, for all components that use it; as {@link reasonsMarkdown}, in sentences. */
export const reasonPage = (name: string): string =>
  [
    `# ${name}`,
    ...REASONS.filter(({ reason }) => reason === name).flatMap((info) => [
      `${info.meaning} (${info.type}, about ${info.kinds.length === 0 ? 'anything' : listed(info.kinds, 'or')}${info.components.length === 0 ? '' : `, from ${listed(info.components, 'or')}`})`,
      `**What to do.** ${info.advice}`,
      `**Matters** ${NOISE[info.noise]}.`,
      ...(info.cases ?? []).map((one) => `- ${one.name.replaceAll('-', ' ')}: ${one.meaning} ${one.advice}`),
    ]),
  ].join('\n\n')

/** Every reason of the catalogue, sorted. */
export const reasonNames = (): readonly string[] => [...new Set(REASONS.map(({ reason }) => reason))].sort()
