import { Flags, type Interfaces } from '@oclif/core'
import type { DrainOptions, WaveOptions } from '../../drain/types/options.ts'
import { UserError } from '../../model/errors.ts'
import type { Requirement } from '../../model/kubernetes/selector.ts'
import { minorVersion, NEWEST_KNOWN, OLDEST_KNOWN } from '../../model/kubernetes/version.ts'
import type { RunbookFlags } from '../../render/drain/runbook/commands.ts'
import { clusterFlags, printable, REPEATED_FLAGS } from '../shared/cluster-flags.ts'
import { goDurationFlag, integerFlag, oneOf, selectorFlag } from '../shared/flags.ts'
import { checkWatchable, type WatchFlags } from '../shared/watch.ts'

/** What `--wave-mode` takes, as the help has it. */
export const WAVE_MODES = ['rolling', 'removed']

/** In any case. */
export const waveModeFlag = Flags.custom<'Rolling' | 'Removed'>({
  helpValue: WAVE_MODES.join('|'),
  parse: async (input) => oneOf(['Rolling', 'Removed'] as const, input, 'wave-mode', WAVE_MODES),
})

/** What `--kubectl-version` takes, without patch releases. */
export const KUBECTL_VERSIONS = Array.from(
  { length: NEWEST_KNOWN - OLDEST_KNOWN + 1 },
  (_, index) => `1.${OLDEST_KNOWN + index}`,
)

/** `1.33`, `v1.33.4`: the minor number of a kubectl whose drain is known. */
export const kubectlVersionFlag = Flags.custom<number>({
  helpValue: 'VERSION',
  parse: async (input) => {
    const minor = minorVersion(input)
    if (minor === undefined || minor < OLDEST_KNOWN || minor > NEWEST_KNOWN)
      throw new UserError(
        `invalid argument "${input}" for --kubectl-version: not a version from 1.${OLDEST_KNOWN} to 1.${NEWEST_KNOWN}`,
        'What yours is, says: kubectl version --client.',
      )
    return minor
  },
})

/** The flags of `kubectl drain`; a runbook repeats them as they were typed. */
export const drainFlags = {
  force: Flags.boolean({ summary: 'As in kubectl drain: also pods that no controller manages.' }),
  'ignore-daemonsets': Flags.boolean({ summary: 'As in kubectl drain: leave DaemonSet pods alone.' }),
  'delete-emptydir-data': Flags.boolean({
    summary: 'As in kubectl drain: also pods with emptyDir volumes.',
  }),
  'disable-eviction': Flags.boolean({
    summary: 'As in kubectl drain: delete instead of evict; no PDB is asked.',
  }),
  'grace-period': integerFlag({
    default: -1,
    summary: "As in kubectl drain: seconds to end in; negative is the pod's own.",
  }),
  timeout: goDurationFlag({
    default: 0,
    summary: 'As in kubectl drain: give up on a node after this time, as 5m; 0 is never.',
  }),
  'skip-wait-for-delete-timeout': integerFlag({
    default: 0,
    summary:
      'As in kubectl drain: do not wait for pods that have been terminating for longer than this many seconds.',
  }),
  'pod-selector': selectorFlag({ summary: 'As in kubectl drain: only pods with these labels.' }),
}

interface DrainFlags {
  readonly force: boolean
  readonly 'ignore-daemonsets': boolean
  readonly 'delete-emptydir-data': boolean
  readonly 'disable-eviction': boolean
  readonly 'grace-period': number
  readonly timeout: number
  readonly 'skip-wait-for-delete-timeout': number
  readonly 'pod-selector'?: readonly Requirement[] | undefined
  readonly 'kubectl-version'?: number | undefined
}

/** What `kubectl drain` would be told by these flags. */
export const drainOptions = (flags: DrainFlags): DrainOptions => ({
  force: flags.force,
  ignoreDaemonsets: flags['ignore-daemonsets'],
  deleteEmptydirData: flags['delete-emptydir-data'],
  disableEviction: flags['disable-eviction'],
  gracePeriodSeconds: flags['grace-period'],
  timeoutSeconds: flags.timeout,
  skipWaitForDeleteTimeoutSeconds: flags['skip-wait-for-delete-timeout'],
  podSelector: flags['pod-selector'] ?? [],
  ...(flags['kubectl-version'] === undefined ? {} : { kubectlMinor: flags['kubectl-version'] }),
})

/** How waves are grouped: without any wish, at most one node of each zone at a time. */
export const waveGroups = (
  maxParallel: number | undefined,
  by: string | undefined,
): Omit<WaveOptions, 'mode'> => ({
  ...(maxParallel === undefined && by === undefined ? { onePerZone: true } : {}),
  ...(maxParallel === undefined || maxParallel <= 0 ? {} : { maxParallel }),
  ...(by === undefined ? {} : { by }),
})

interface NodeFlags extends WatchFlags {
  readonly selector?: readonly Requirement[] | undefined
  readonly 'all-nodes': boolean
  readonly 'max-parallel'?: number | undefined
  readonly watch: boolean
}

/**
 * Checks that the flags and the names of nodes say which nodes are meant, and that what is asked of them goes together.
 * @throws UserError
 */
export function checkNodeFlags(flags: NodeFlags, nodes: readonly string[]): void {
  if ((flags['max-parallel'] ?? 0) < 0)
    throw new UserError(
      `invalid argument "${flags['max-parallel']}" for --max-parallel: it must not be negative`,
      'Give the most nodes of one wave; 0 is any number.',
    )
  if (nodes.length > 0 && flags.selector !== undefined)
    throw new UserError('cannot specify both a node name and a --selector option')
  if (nodes.length > 0 && flags['all-nodes'])
    throw new UserError(
      'cannot specify both a node name and --all-nodes',
      'To judge some of the nodes, each alone, select them with -l.',
    )
  if (flags['all-nodes'] && flags.output === 'runbook')
    throw new UserError(
      'there is no runbook for --all-nodes: it judges each node alone and plans no order',
      'Name the nodes to drain, or select them with -l, without --all-nodes.',
    )
  if (nodes.length === 0 && flags.selector === undefined && !flags['all-nodes'])
    throw new UserError(
      'USAGE: drain-plan NODE [flags]',
      'Name a node, or select some with -l. Nodes: kubectl get nodes.',
    )
  if (!flags.watch) return
  checkWatchable(flags)
  if (flags['all-nodes'])
    throw new UserError("--watch can't be used with --all-nodes", 'Follow the drain of one node at a time.')
}

/** The words of a command line, as oclif understood them. */
type Tokens = Interfaces.ParserOutput['raw']

/** The flags that a runbook repeats, as the user wrote them. oclif has the flag itself as the input of a boolean one. */
export function runbookFlags(raw: Tokens): RunbookFlags {
  const definitions: Readonly<Record<string, { readonly type: 'boolean' | 'option' }>> = {
    ...drainFlags,
    ...clusterFlags,
  }
  const of = (names: readonly string[]) =>
    raw.flatMap((token) => {
      if (token.type !== 'flag' || !names.includes(token.flag)) return []
      return [
        definitions[token.flag]?.type === 'boolean'
          ? `--${token.flag}`
          : `--${token.flag}=${printable(token.flag, token.input)}`,
      ]
    })
  return { drain: of(Object.keys(drainFlags)), cluster: of(REPEATED_FLAGS) }
}
