import { basename } from 'node:path'
import { handleEnds, main } from './commands/shared/run.ts'

/**
 * One file is all plugins: kubectl and krew call it by links such as `kubectl-probe_check`, and for completion
 * `kubectl_complete-probe_check`. Called by any other name (`node src/main.ts`), its first argument names the plugin.
 */
function commandLine(calledAs: string, words: readonly string[]): readonly string[] {
  const [, completion, name] = /^kubectl(_complete)?-(.+?)(?:\.exe)?$/i.exec(basename(calledAs)) ?? []
  if (name === undefined || name === 'rollout-safety') return words
  const plugin = name.replaceAll('_', '-')
  return completion === undefined ? [plugin, ...words] : ['complete', plugin, ...words]
}

// No top-level await and no process.exit: a bundle that oclif imports while it is being evaluated must not wait for
// itself, and what was written to a pipe must reach it before the process ends.
handleEnds(process)
void main(commandLine(process.argv0, process.argv.slice(2)), process)
