import { Config, Errors, Plugin } from '@oclif/core'
import packageJson from '../../../package.json' with { type: 'json' }
import { EXIT } from '../../model/report/exit.ts'
import { COMMANDS } from '../index.ts'
import { lastValues, withoutBooleanValues } from './argv.ts'
import { failureText } from './failure.ts'
import { KubectlHelp } from './help.ts'

/**
 * Ends quietly on Ctrl-C, with the code that shells expect of it. Where the output can't be written, or an error comes
 * from where nobody waits for it, ends as every other failure does: the exit code 1 says that something was found, and
 * nothing else.
 */
export function handleEnds(running: NodeJS.Process): void {
  running.on('SIGINT', () => running.exit(130))
  const end = (error: Error) => {
    const sentence = failureText(error, 'plugins', Boolean(running.env['DEBUG']))
    if (sentence !== '') running.stderr.write(`${sentence}\n`)
    running.exit(EXIT.failed)
  }
  running.stdout.on('error', end)
  running.stderr.on('error', () => running.exit(EXIT.failed))
  // Also what a full disk says: some streams throw it.
  running.on('uncaughtException', end)
}

/**
 * Runs one command line, `[PLUGIN, ...arguments]`, and sets the exit code. Everything that goes wrong becomes a
 * sentence on standard error and exit code 2; nothing is thrown.
 */
export async function main(argv: readonly string[], running: NodeJS.Process): Promise<void> {
  const [plugin = '', ...words] = argv
  if (plugin === 'complete') {
    const { complete } = await import('../complete.ts')
    return complete(words[0] ?? '', words.slice(1), running)
  }
  try {
    running.exitCode = await dispatch(plugin, words, running)
  } catch (error) {
    if (error instanceof Errors.ExitError) running.exitCode = error.oclif.exit ?? EXIT.ok
    else {
      const text = failureText(error, plugin, Boolean(running.env['DEBUG']))
      if (text !== '') running.stderr.write(`${text}\n`)
      running.exitCode = EXIT.failed
    }
  }
}

async function dispatch(plugin: string, words: readonly string[], running: NodeJS.Process): Promise<number> {
  const command = COMMANDS[plugin]
  if (command === undefined) {
    running.stderr.write(
      `error: there is no plugin "${plugin}"; there are ${Object.keys(COMMANDS).join(', ')}\n`,
    )
    return EXIT.failed
  }
  if (words.includes('--version')) {
    running.stdout.write(`${packageJson.name} ${packageJson.version} (${runtime(running)})\n`)
    return EXIT.ok
  }
  const config = await configuration(running)
  if (asksForHelp(words)) {
    await new KubectlHelp(config, packageJson.oclif.helpOptions as never).showHelp([plugin])
    return EXIT.ok
  }
  const argv = lastValues(withoutBooleanValues(words, command.flags), command.flags)
  return (await config.runCommand(plugin, [...argv])) as number
}

/** The executables run on Bun, everything else on Node. */
const runtime = ({ versions, version }: NodeJS.Process): string =>
  versions['bun'] === undefined ? `node ${version}` : `bun v${versions['bun']}`

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--')
  const own = end === -1 ? words : words.slice(0, end)
  return own.includes('--help') || own.includes('-h')
}

/**
 * oclif's configuration, made in memory: a bundle has neither package.json nor command files beside it. The table of
 * commands goes where `Plugin.findCommand` looks before it imports the file that package.json names.
 */
async function configuration(running: NodeJS.Process): Promise<Config> {
  // Without it, oclif starts a PowerShell on Windows, only to learn the name of the shell.
  if (running.platform === 'win32') running.env['SHELL'] ??= running.env['COMSPEC'] ?? 'cmd.exe'
  const pjson = packageJson as never
  const { name } = packageJson
  const plugin = new Plugin({ name, pjson, root: '/', isRoot: true, ignoreManifest: true })
  Object.assign(plugin, { commandCache: COMMANDS })
  await plugin.load()
  const config = new Config({ root: '/', pjson, plugins: new Map([[name, plugin]]) })
  await config.load()
  return config
}
