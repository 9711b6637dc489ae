import type { ExecErrorReason } from './exec-error.ts'

/** The two kinds of objects that the environment of a container takes its values from. */
export type ConfigSource = 'ConfigMap' | 'Secret'

/** Why a container cannot be created or started (docs/reference/events.md#B1.2). */
export type CreateError =
  | { readonly kind: 'MissingObject'; readonly source: ConfigSource; readonly name: string }
  | {
      readonly kind: 'MissingKey'
      readonly source: ConfigSource
      readonly name: string
      readonly key: string
    }
  | { readonly kind: 'RunsAsRoot' | 'OutOfMemory' | 'Other' }
  /** `name` of the executable, where the text has it. */
  | {
      readonly kind: 'Command'
      readonly name: string | undefined
      readonly why: ExecErrorReason
    }

const MISSING_OBJECT = /\b(configmap|secret)s? "([^"]+)" not found/i
const MISSING_KEY = /couldn't find key (\S+) in (ConfigMap|Secret) (\S+)\/(\S+)/i
const COMMAND =
  /executable file not found|exec: "[^"]*":.*(?:no such file or directory|permission denied|is a directory)|exec format error|exec: \\?"[^"]*\\?": stat |no command specified/i

/** Reads the message of a container that waits with one of the kubelet's `Create...Error` reasons. */
export function parseCreateError(message: string): CreateError {
  const config = missingConfig(message)
  if (config !== undefined) return config
  if (/runAsNonRoot/.test(message)) return { kind: 'RunsAsRoot' }
  if (/init was OOM-killed/i.test(message)) return { kind: 'OutOfMemory' }
  if (!COMMAND.test(message)) return { kind: 'Other' }
  return { kind: 'Command', name: /exec: \\?"([^"\\]*)\\?"/.exec(message)?.[1], why: commandError(message) }
}

function missingConfig(message: string): CreateError | undefined {
  const [, key, keySource, , keyHolder] = MISSING_KEY.exec(message) ?? []
  if (key !== undefined)
    return {
      kind: 'MissingKey',
      source: configSource(keySource),
      name: keyHolder?.replace(/[^\w.-]+$/, '') ?? '',
      key,
    }
  const [, source, name] = MISSING_OBJECT.exec(message) ?? []
  return name === undefined ? undefined : { kind: 'MissingObject', source: configSource(source), name }
}

const configSource = (word = ''): ConfigSource => (word.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap')

function commandError(message: string): ExecErrorReason {
  if (/permission denied/i.test(message)) return 'NotExecutable'
  return /exec format error/i.test(message) ? 'OtherProcessor' : 'Missing'
}
