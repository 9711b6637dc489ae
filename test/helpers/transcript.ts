import { spawnSync } from 'node:child_process'
import { ENVIRONMENT, PLUGINS, ROOT } from './plugin.ts'

/** `kubectl PLUGIN` in a transcript is the plugin itself, so that no kubectl is needed. */
const KUBECTL = `kubectl() { plugin=$1; shift; "${PLUGINS}/kubectl-$(printf %s "$plugin" | tr - _)" "$@"; }`

/** One `$ command` of a Markdown page, and what it is said to print. */
export interface Example {
  readonly command: string
  readonly output: string
}

/** A `console` block with one command; its last line may be `[exit code N]`. */
const BLOCK = /^```console\n\$ (.*\bkubectl (?:probe-check|drain-plan|explain-events)\b.*)\n([\s\S]*?)^```$/gm

/** The examples of a page that can run anywhere: those that read examples/, test/ or standard input. */
export const examplesOf = (markdown: string): readonly Example[] =>
  [...markdown.matchAll(BLOCK)]
    .map(([, command = '', output = '']) => ({ command, output }))
    .filter(
      ({ command, output }) => output !== '' && / (-f|--help|-h|--version|--kubeconfig)\b/.test(command),
    )

/** Runs the example in a shell at the root of the project and gives what it prints, both streams in order. */
export function run({ command, output }: Example): string {
  const { stdout, status } = spawnSync('sh', ['-c', `${KUBECTL}\n{ ${command}\n} 2>&1`], {
    cwd: ROOT,
    encoding: 'utf8',
    env: ENVIRONMENT,
  })
  return /^\[exit code \d+\]$/m.test(output) ? `${stdout}[exit code ${status}]\n` : stdout
}

/** The page with every example's output replaced by what it prints now. */
export const refreshed = (markdown: string): string =>
  markdown.replace(BLOCK, (block, command: string, output: string) =>
    examplesOf(block).length === 0 ? block : `\`\`\`console\n$ ${command}\n${run({ command, output })}\`\`\``,
  )
