import { CAUSE_CODES } from './codes.ts'

/** The page docs/causes/README.md: every code, with a link to its own page. */
export const causesMarkdown = (): string =>
  [
    '# Causes',
    '',
    'What `probe-check` and `explain-events` can name as the cause of a failure. Made by `npm run docs`.',
    '',
    '| code | means |',
    '|---|---|',
    ...CAUSE_CODES.map(({ code, meaning }) => `| [\`${code}\`](${code}.md) | ${meaning} |`),
    '',
  ].join('\n')
