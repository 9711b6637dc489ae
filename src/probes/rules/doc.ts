import { RULE_THEMES } from './rules.ts'

/** The page docs/rules/README.md: every rule by theme, with a link to its own page. */
export const rulesMarkdown = (): string =>
  [
    '# Rules on configuration',
    '',
    'What `probe-check` says of workloads by their configuration alone, also of manifests that were never applied.',
    '`Warning`: will break, or cannot work. `Info`: worth knowing; shown with `-o wide`. `opt-in`: a matter of taste, or',
    'true of most workloads; asked only with `--rule ID=info`. *Opt-in where applied*: told of manifests without being',
    'asked. Made by `npm run docs`.',
    '',
    '[Which rules of other tools these stand for](neighbours.md), and which they leave out.',
    '',
    'Change a rule for one run with `--rule ID=error|warning|info|off`, and for one workload with the annotation',
    '`rollout-safety/ignore: ID,ID` on it or on its pod template.',
    '',
    ...RULE_THEMES.flatMap(({ title, rules }) => [
      `## ${title}`,
      '',
      '| rule | severity | means |',
      '|---|---|---|',
      ...rules.map(
        ({ id, severity, summary, optIn }) =>
          `| [\`${id}\`](${id}.md) | ${severity}${optIn === undefined ? '' : optIn === true ? ', opt-in' : ', opt-in while all pods are Ready'} | ${summary} |`,
      ),
      '',
    ]),
  ].join('\n')
