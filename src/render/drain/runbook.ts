import type { PlannedFix } from '../../drain/types/fix.ts'
import type { DrainPlan } from '../../drain/types/plan.ts'
import type { PlannedWave } from '../../drain/types/wave.ts'
import { shellCommand } from '../../model/text/shell.ts'
import { listed, plural } from '../../model/text/words.ts'
import { escapeText } from '../terminal/style.ts'
import { DRAINING } from './each-node.ts'
import { isKnownFix, otherFixes } from './remedy.ts'
import { RISKS } from './words.ts'

/** What the user typed, as it goes into the commands of a runbook. */
export interface RunbookFlags {
  /** Flags of `kubectl drain`, e.g. `--ignore-daemonsets`. */
  readonly drain: readonly string[]
  /** Flags that say which cluster and as whom, e.g. `--context=prod`; never a token. */
  readonly cluster: readonly string[]
}

/** How long a check of a runbook waits before the runbook stops. */
const PATIENCE = '--timeout=10m'

/** A comment of one line, whatever is in the text. */
const comment = (text: string): string => `# ${escapeText(text)}`.trimEnd()

/**
 * The plan as a bash script: waves with the checks between them, fixes first where the nodes do not drain as things
 * are. It stops at the first command that fails. What disturbs is commented out. Ends with a line feed.
 */
export function drainRunbook(plan: DrainPlan, flags: RunbookFlags): string {
  const run = (...argv: readonly string[]) => shellCommand(['kubectl', ...flags.cluster, ...argv])
  const details = plan.waveDetails ?? []
  const removed = plan.waveMode === 'Removed' && details.length > 0
  const blocked = blockedNodes(plan)
  const fixes = remedyFirst(plan)
  const extra = blocked.length > 0 && fixes.some((fix) => fix.flags !== undefined)
  const drain = (nodes: readonly string[]) =>
    `${run('drain', ...nodes, ...flags.drain)}${extra && nodes.some((node) => blocked.includes(node)) ? ' $extra' : ''}`
  const parts = [
    heading(plan, blocked),
    ['set -euo pipefail'],
    details.length > 1 && !removed ? WORK : [],
    removed
      ? ['# The nodes go for good: none of them takes pods again.', run('cordon', ...plan.waves.flat())]
      : [],
    ...details.map((wave, index) => waveLines(wave, index, details.length, { run, drain, removed })),
    ...(blocked.length > 0 ? [blockedLines(plan, blocked, extra, { run, drain, flags })] : []),
    ending(plan, blocked, run),
  ]
  const text = parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
  return `${escapeText(text, false)}\n`
}

interface Commands {
  readonly run: (...argv: readonly string[]) => string
  readonly drain: (nodes: readonly string[]) => string
}

const blockedNodes = ({ nodes, waves }: DrainPlan): readonly string[] => {
  const drained = new Set(waves.flat())
  return nodes.map(({ name }) => name).filter((name) => !drained.has(name))
}

function heading(plan: DrainPlan, blocked: readonly string[]): readonly string[] {
  const { source, nodes, waves, now } = plan
  return [
    '#!/usr/bin/env bash',
    comment(
      `Runbook: drain ${listed(nodes.map(({ name }) => name))}. Planned by kubectl drain-plan for ${now}.`,
    ),
    ...(source.type === 'Files'
      ? [
          comment(
            `Planned from a recording (${source.name}). Plan again on the cluster itself before you run it.`,
          ),
        ]
      : []),
    comment('Read it, save it, run it with bash. It stops at the first command that fails.'),
    '#',
    ...nodes.flatMap(({ name, verdict, reasons }) => [
      comment(`${name}: ${verdict}`),
      ...reasons.map(({ message }) => comment(`  ${message}`)),
    ]),
    ...(waves.length > 1 && blocked.length === 0 && nodes.some(({ verdict }) => !DRAINING.includes(verdict))
      ? [
          comment(
            'One kubectl drain for all of them does not end well; in the waves below, all of them drain.',
          ),
        ]
      : []),
    ...(blocked.length > 0
      ? [
          '#',
          comment(`AS THINGS ARE, ${listed(blocked)} DOES NOT DRAIN. This script stops before that,`),
          comment('unless a fix has been applied: see the end.'),
        ]
      : []),
  ]
}

/** Between waves, nodes take pods again; what is done to them in between is not for a plan to know. */
const WORK = [
  '# What to do with a drained node before it takes pods again: put the upgrade or the reboot here.',
  `work_on() { echo "node $1 is drained; nothing is done to it"; }`,
]

function waveLines(
  { nodes, pods, missing, budgets, workloads, verdict }: PlannedWave,
  index: number,
  count: number,
  { run, drain, removed }: Commands & { readonly removed: boolean },
): readonly string[] {
  const last = index === count - 1
  return [
    comment(
      `${count > 1 ? `Wave ${index + 1} of ${count}: ` : ''}${listed(nodes)}; ${plural(pods, 'pod')} ${pods === 1 ? 'goes' : 'go'}.`,
    ),
    ...(verdict === 'DrainsDegraded'
      ? [comment(`Not every pod comes back: ${plural(missing, 'pod')} may stay away or Pending.`)]
      : []),
    ...budgets.map(({ namespace, name, healthyBefore, healthyLowest, healthyAfter, desiredHealthy }) =>
      comment(
        `Budget ${namespace}/${name}: ${healthyBefore} healthy, ${healthyLowest} at the lowest, then ${healthyAfter}; ${desiredHealthy} needed.`,
      ),
    ),
    ...budgets.flatMap(({ namespace, name, allowedBefore }) => [
      run('get', `pdb/${name}`, '-n', namespace),
      ...(allowedBefore > 0
        ? [run('wait', `pdb/${name}`, '-n', namespace, '--for=condition=DisruptionAllowed', PATIENCE)]
        : []),
    ]),
    ...(removed ? [] : [run('cordon', ...nodes)]),
    drain(nodes),
    ...workloads.map(({ namespace, kind, name, replicas, rollout }) => {
      const object = `${kind.toLowerCase()}/${name}`
      return rollout
        ? run('rollout', 'status', object, '-n', namespace, PATIENCE)
        : run('wait', object, '-n', namespace, `--for=jsonpath={.status.readyReplicas}=${replicas}`, PATIENCE)
    }),
    ...(last || removed
      ? []
      : nodes.flatMap((node) => [
          shellCommand(['work_on', node]),
          run('uncordon', node),
          run('wait', `node/${node}`, '--for=condition=Ready', PATIENCE),
        ])),
  ]
}

/** The fewest changes that are enough together, then the other fixes, none of which is needed with them. */
const remedyFirst = (plan: DrainPlan): readonly PlannedFix[] =>
  plan.remedy === undefined || isKnownFix(plan)
    ? plan.fixes
    : [
        ...plan.remedy.fixes,
        ...otherFixes(plan).map(({ together: _together, ...fix }) =>
          fix.proven && plan.remedy?.proven
            ? { ...fix, proven: false, unproven: 'the changes above are enough' }
            : fix,
        ),
      ]

/** Nodes that no wave drains: the fixes, then a new plan as the guard of each of their waves, then the drain. */
function blockedLines(
  plan: DrainPlan,
  blocked: readonly string[],
  extra: boolean,
  { run, drain, flags }: Commands & { readonly flags: RunbookFlags },
): readonly string[] {
  const fixes = remedyFirst(plan)
  const waves = (plan.remedy?.waves ?? [blocked]).map((wave) => wave.filter((node) => blocked.includes(node)))
  const groups = waves.filter((group) => group.length > 0)
  const together = fixes.some((fix) => fix.together)
  return [
    comment(`Does not drain as things are: ${listed(blocked)}.`),
    fixes.length === 0
      ? comment('No fix is known. What stands in the way has to go first.')
      : comment(
          together
            ? 'Fixes; those marked "proven" are needed together. Uncomment what you accept.'
            : 'Fixes, of which one that is proven is enough. Uncomment what you accept.',
        ),
    ...(extra ? ['extra=""'] : []),
    'tries=1',
    ...fixes.flatMap((fix, index) => fixLines(fix, index, fixes, flags)),
    ...groups.flatMap((group, index) => [
      ...(groups.length > 1
        ? [comment(`With the fixes, wave ${index + 1} of ${groups.length}: ${listed(group)}.`)]
        : []),
      ...guarded(group, extra, { drain, flags }),
      ...(index < groups.length - 1 && plan.waveMode !== 'Removed'
        ? group.map((node) => run('uncordon', node))
        : []),
    ]),
  ]
}

/** The drain of some nodes, as soon as a new plan says that they drain. */
function guarded(
  nodes: readonly string[],
  extra: boolean,
  { drain, flags }: Pick<Commands, 'drain'> & { readonly flags: RunbookFlags },
): readonly string[] {
  // kubectl takes no flags before the name of a plugin.
  const guard = `${shellCommand(['kubectl', 'drain-plan', ...nodes, ...flags.drain, ...flags.cluster])}${extra ? ' $extra' : ''}`
  return [
    '# Goes on only when the plan says that it drains.',
    `until ${guard}; do`,
    '  tries=$((tries - 1))',
    `  if [ "$tries" -lt 1 ]; then echo 'does not drain: apply a fix of this runbook first' >&2; exit 1; fi`,
    '  sleep 5',
    'done',
    drain(nodes),
  ]
}

/** A fix runs by itself only where it is proven, disturbs nothing, and no other has been chosen before it. */
function fixLines(
  fix: PlannedFix,
  index: number,
  fixes: readonly PlannedFix[],
  { cluster }: RunbookFlags,
): readonly string[] {
  const { title, risk, command, proven, unproven, flags } = fix
  const lines = [
    comment(`Fix ${index + 1} (${RISKS[risk]}, ${proven ? 'proven' : `not proven: ${unproven}`}): ${title}`),
  ]
  const action =
    flags !== undefined ? `extra=${shellCommand([flags.join(' ')])}` : withFlags(command, cluster)
  if (action === undefined) return lines
  const chosen = fixes.findIndex((one) => isSafe(one) && one.proven)
  const runs = isSafe(fix) && proven && (fix.together || index === chosen)
  const step = `${action}; tries=60`
  return [...lines, runs ? step : comment(step)]
}

const isSafe = ({ risk, command }: PlannedFix): boolean =>
  command !== undefined && (risk === 'Low' || risk === 'Inspect')

/** A command of a fix with the flags for the cluster behind each `kubectl`; what is quoted is left alone. */
function withFlags(command: string | undefined, cluster: readonly string[]): string | undefined {
  if (command === undefined || cluster.length === 0) return command
  const kubectl = `${shellCommand(['kubectl', ...cluster])} `
  return command.replace(/'[^']*'|(^|&& )kubectl /g, (all, lead: string | undefined) =>
    lead === undefined ? all : `${lead}${kubectl}`,
  )
}

function ending(plan: DrainPlan, blocked: readonly string[], run: Commands['run']): readonly string[] {
  if (plan.waveMode === 'Removed')
    return [
      '# The nodes are cordoned and drained. They can be taken away; should one stay after all: kubectl uncordon.',
    ]
  const last = [...(plan.waves.at(-1) ?? []), ...blocked]
  return [
    '# The nodes are cordoned until you say otherwise. When the work on them is done:',
    ...last.map((node) => comment(run('uncordon', node))),
  ]
}
