import type { Command } from '@oclif/core'
import { isObjectName } from '../../model/command/names.ts'
import type { Resource } from '../../model/kubernetes/kinds.ts'
import { KINDS, resourceNamed } from '../../model/kubernetes/kinds.ts'
import { escapeText } from '../../model/text/escape.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { KUBECTL_VERSIONS, WAVE_MODES } from '../drain/flags.ts'
import { EVENT_TYPES } from '../explain-events.ts'
import { COMMANDS } from '../index.ts'
import { FAIL_ON_WORDS } from './flags.ts'

/** A word that could stand at the end of the command line, and what it means. */
interface Suggestion {
  readonly word: string
  readonly about?: string
}

/** What to offer, with the directives of cobra that tell the shell how to treat it. */
interface Completion {
  readonly suggestions: readonly Suggestion[]
  readonly directive: number
}

/** What only the cluster, the kubeconfig or the catalogues know. Failures are empty lists. */
export interface Lookup {
  objectNames(resource: Resource, flags: KnownFlags): Promise<readonly string[]>
  kubeconfigNames(what: 'contexts' | 'clusters' | 'users', flags: KnownFlags): Promise<readonly string[]>
  codes(what: 'causes' | 'rules' | 'reasons'): Promise<readonly Suggestion[]>
  /** Of the nodes. */
  labelKeys(flags: KnownFlags): Promise<readonly string[]>
}

/** Flags that came before, by their long names: those that say which cluster, which files and which namespace. */
export type KnownFlags = Readonly<Record<string, string | boolean | readonly string[]>>

/** Source: github.com/spf13/cobra completions.go, ShellCompDirective. */
const NO_SPACE = 2
const NO_FILES = 4
const FILES: Completion = { suggestions: [], directive: 0 }

/** Names of objects, without those that no API server accepts: they would be taken for flags, or worse. */
async function namesOf(resource: Resource, lookup: Lookup, flags: KnownFlags): Promise<readonly string[]> {
  const names = await lookup.objectNames(resource, flags)
  return names.filter((name) => isObjectName(KINDS[resource].kind, name))
}

const suggestionsOf = (list: readonly string[]): readonly Suggestion[] => list.map((word) => ({ word }))

type Values = (
  lookup: Lookup,
  flags: KnownFlags,
  plugin: string,
) => Promise<readonly Suggestion[]> | readonly Suggestion[]

/** The values of flags: the one place to make a flag complete. A flag that is not here completes files. */
const VALUES: Readonly<Record<string, Values>> = {
  namespace: async (lookup, flags) => suggestionsOf(await namesOf('namespaces', lookup, flags)),
  node: async (lookup, flags) => suggestionsOf(await namesOf('nodes', lookup, flags)),
  context: async (lookup, flags) => suggestionsOf(await lookup.kubeconfigNames('contexts', flags)),
  cluster: async (lookup, flags) => suggestionsOf(await lookup.kubeconfigNames('clusters', flags)),
  user: async (lookup, flags) => suggestionsOf(await lookup.kubeconfigNames('users', flags)),
  cause: (lookup) => lookup.codes('causes'),
  reason: (lookup) => lookup.codes('reasons'),
  rule: async (lookup) => {
    const rules = await lookup.codes('rules')
    return rules.flatMap(({ word, about }) =>
      ['off', 'info', 'warning', 'error'].map((severity) => ({
        word: `${word}=${severity}`,
        ...(about === undefined ? {} : { about }),
      })),
    )
  },
  explain: async (lookup, _, plugin) => [
    ...(await lookup.codes('causes')),
    ...(await lookup.codes('rules')),
    ...(plugin === 'explain-events' ? await lookup.codes('reasons') : []),
  ],
  type: () => suggestionsOf(EVENT_TYPES),
  'fail-on': () => suggestionsOf(FAIL_ON_WORDS),
  'wave-mode': () => suggestionsOf(WAVE_MODES),
  'kubectl-version': () => suggestionsOf(KUBECTL_VERSIONS),
  by: async (lookup, flags) => suggestionsOf(await lookup.labelKeys(flags)),
}

/** Resource types that a workload can be named by, or that lead to some. */
const TYPES: readonly Resource[] = [
  'cronjobs',
  'daemonsets',
  'deployments',
  'horizontalpodautoscalers',
  'jobs',
  'networkpolicies',
  'nodes',
  'persistentvolumeclaims',
  'poddisruptionbudgets',
  'pods',
  'replicasets',
  'replicationcontrollers',
  'services',
  'statefulsets',
]

/**
 * What could come next on the command line of a plugin.
 * @param argv everything after the plugin's name; the last word is the one that is being typed, and may be empty
 */
export async function completions(
  plugin: string,
  argv: readonly string[],
  lookup: Lookup,
): Promise<Completion> {
  const command = COMMANDS[plugin]
  if (command === undefined) return { suggestions: [], directive: NO_FILES }
  const [typed = '', ...before] = [...argv].reverse()
  const { known, positional, pending } = parsed(command, before.reverse())
  const assigned = /^--([^=]+)=(.*)$/s.exec(typed)
  if (pending !== undefined) return valuesOf({ flag: pending, plugin }, command, typed, lookup, known)
  if (assigned !== null) {
    const [, flag = '', value = ''] = assigned
    return valuesOf({ flag, plugin, prefix: `--${flag}=` }, command, value, lookup, known)
  }
  if (typed.startsWith('-')) return offer(flagsOf(command), typed)
  if (plugin === 'drain-plan') {
    const nodes = suggestionsOf(await namesOf('nodes', lookup, known))
    return offer(
      nodes.filter(({ word }) => !positional.includes(word)),
      typed,
    )
  }
  return targets(typed, lookup, known)
}

function flagsOf(command: Command.Class): readonly Suggestion[] {
  const flags = Object.entries(command.flags).filter(([, { hidden }]) => !hidden)
  return sortedBy(
    flags.map(([name, { summary }]) => ({
      word: `--${name}`,
      ...(summary === undefined ? {} : { about: summary }),
    })),
    ({ word }) => [word],
  )
}

async function valuesOf(
  { flag, plugin, prefix = '' }: { readonly flag: string; readonly plugin: string; readonly prefix?: string },
  command: Command.Class,
  typed: string,
  lookup: Lookup,
  known: KnownFlags,
): Promise<Completion> {
  if (flag === 'output') return offer(formatsOf(command), typed, prefix)
  const values = VALUES[flag]
  return values === undefined ? FILES : offer(await values(lookup, known, plugin), typed, prefix)
}

/** The formats of a command stand at its `-o`: see `outputFlag`. */
const formatsOf = ({ flags: { output } }: Command.Class): readonly Suggestion[] =>
  suggestionsOf((output as { readonly formats?: readonly string[] } | undefined)?.formats ?? [])

/** `TYPE/NAME`: first the type, and after the slash the names. */
async function targets(typed: string, lookup: Lookup, known: KnownFlags): Promise<Completion> {
  const slash = typed.indexOf('/')
  if (slash === -1) {
    const types = TYPES.map((resource) => ({ word: `${KINDS[resource].kind.toLowerCase()}/` }))
    const offered = offer(types, typed)
    return { ...offered, directive: offered.directive | NO_SPACE }
  }
  const type = typed.slice(0, slash)
  const resource = resourceNamed(type)
  const names = resource === undefined ? [] : await namesOf(resource, lookup, known)
  return offer(suggestionsOf(names.map((name) => `${type}/${name}`)), typed)
}

function offer(suggestions: readonly Suggestion[], typed: string, prefix = ''): Completion {
  const fitting = suggestions.filter(({ word }) => word.startsWith(typed))
  return { suggestions: fitting.map((one) => ({ ...one, word: prefix + one.word })), directive: NO_FILES }
}

/** The words before the one that is being typed: flags with their values, and a flag that still waits for its own. */
function parsed(
  command: Command.Class,
  before: readonly string[],
): {
  readonly known: KnownFlags
  readonly positional: readonly string[]
  readonly pending: string | undefined
} {
  const byChar = new Map(Object.entries(command.flags).map(([name, { char }]) => [char, name]))
  const known: Record<string, string | boolean | readonly string[]> = {}
  const give = (name: string, value: string) => {
    const before = known[name] ?? []
    known[name] = name === 'filename' && Array.isArray(before) ? [...(before as string[]), value] : value
  }
  const positional: string[] = []
  let pending: string | undefined
  for (const word of before) {
    const [, long, short, value] = /^(?:--([^=]+)|-([a-zA-Z]))(?:=?(.*))$/s.exec(word) ?? []
    const name = long ?? (short === undefined ? undefined : byChar.get(short as never))
    const flag = name === undefined ? undefined : command.flags[name]
    if (pending !== undefined) {
      give(pending, word)
      pending = undefined
    } else if (name === undefined || flag === undefined) {
      if (!word.startsWith('-')) positional.push(word)
    } else if (flag.type === 'boolean') known[name] = true
    else if (value) give(name, value)
    else pending = name
  }
  return { known, positional, pending }
}

/**
 * What kubectl reads: a line for each word, and the directive. Tabs and line ends would be taken for its own, and the
 * shell puts the word on the command line as it stands: one with a character that hides or moves is left out.
 */
export const completionText = ({ suggestions, directive }: Completion): string =>
  [
    ...suggestions
      .filter(({ word }) => escapeText(word) === word)
      .map(({ word, about }) =>
        about === undefined ? word : `${word}\t${escapeText(about.replace(/\s+/g, ' '))}`,
      ),
    `:${directive}`,
    '',
  ].join('\n')
