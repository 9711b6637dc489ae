import type { DrainPlan } from '../../../drain/types/plan.ts'
import type { Word } from '../../../model/command/command.ts'
import { escapeText } from '../../../model/text/escape.ts'
import { shellWord } from '../../../model/text/shell.ts'
import { listed } from '../../../model/text/words.ts'
import { DRAINING, followedText } from '../words.ts'
import {
  comment,
  kubectl,
  nodeWord,
  type RunbookCommands,
  type RunbookFlags,
  scriptLine,
} from './commands.ts'
import { type Changes, changesOf } from './fixes.ts'
import { FINISHED, progressLines, REMOVAL, shellFunction, TRAP, undoLines, WORK } from './frame.ts'
import { completeLine, drainLines, type WaveContext, waveLines } from './waves.ts'

/** A part of the work that is noted when it is done. */
interface Step {
  readonly title: string
  readonly name: string
  readonly lines: readonly string[]
  /** It notes by itself what of it is done: more may be asked of it the next time. */
  readonly always?: true
}

/**
 * The plan as a bash script: the waves, each with its checks, drain, work and way back; for nodes that do not drain as
 * things are, the changes before, and what puts them back after. It stops at the first command that fails, goes on where
 * it stopped when it is run again, and takes everything back with `--undo`. Ends with a line feed.
 */
export function drainRunbook(plan: DrainPlan, flags: RunbookFlags): string {
  const blocked = blockedNodes(plan)
  const changes = blocked.length === 0 ? undefined : changesOf(plan, flags)
  const commands = commandsOf(flags, { blocked, changes })
  const { run } = commands
  const removed = plan.waveMode === 'Removed'
  const steps = stepsOf(plan, { blocked, changes, context: { ...commands, removed } })
  const nodes = [...plan.waves.flat(), ...blocked]
  const parts = [
    heading(plan, blocked),
    ['set -euo pipefail'],
    removed ? REMOVAL : WORK,
    changes?.lines ??
      (blocked.length > 0 ? [comment(`No change is known that lets ${listed(blocked)} drain.`)] : []),
    progressLines(`${plan.now} ${nodes.join(' ')}`),
    TRAP,
    undoLines([...(changes?.restore ?? []), run('uncordon', ...nodes.map(nodeWord))]),
    ...steps.map(({ name, lines }) => shellFunction(name, lines)),
    [
      ...steps.map(({ title, name, always }) => `${always ? 'always' : 'step'} ${shellWord(title)} ${name}`),
      ...FINISHED,
    ],
  ]
  const text = parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
  return `${escapeText(text, false)}\n`
}

interface Blocked {
  readonly blocked: readonly string[]
  readonly changes: Changes | undefined
}

function commandsOf(flags: RunbookFlags, { blocked, changes }: Blocked): RunbookCommands {
  const run = (...words: readonly Word[]) => kubectl(flags, words)
  const more = (nodes: readonly string[]) =>
    changes?.extra === true && nodes.some((node) => blocked.includes(node)) ? ' $extra' : ''
  return {
    flags,
    run,
    drain: (nodes) => `${run('drain', ...nodes.map(nodeWord), ...flags.drain)}${more(nodes)}`,
    check: (nodes) => {
      // kubectl takes no flags before the name of a plugin.
      const words = ['kubectl', 'drain-plan', ...nodes.map(nodeWord), ...flags.drain, ...flags.cluster]
      const patient = changes !== undefined && nodes.some((node) => blocked.includes(node))
      return [
        '# Goes on only when a new plan says that this drains.',
        `tries=${patient ? '1; [ -z "$changes" ] || tries=60' : '6'}`,
        `until ${scriptLine(words)}${more(nodes)}; do`,
        '  tries=$((tries - 1))',
        `  if [ "$tries" -lt 1 ]; then echo ${
          patient
            ? `'does not drain: accept changes at the top of this runbook'`
            : `'does not drain any more: plan again'`
        } >&2; exit 1; fi`,
        '  sleep 5',
        'done',
      ]
    },
  }
}

/** Waves as things are, then the changes, the waves that need them, and the way back. */
function stepsOf(
  plan: DrainPlan,
  { blocked, changes, context }: Blocked & { readonly context: WaveContext },
): readonly Step[] {
  const { run, removed } = context
  const details = plan.waveDetails ?? []
  const waves = (plan.remedy?.waves ?? [blocked]).map((wave) => wave.filter((node) => blocked.includes(node)))
  const groups = waves.filter((group) => group.length > 0)
  const known = plan.remedy?.waveDetails ?? []
  const all = [...plan.waves.flat(), ...blocked]
  const complete = (plan.workloads ?? []).filter(({ rollout }) => rollout)
  return [
    ...(removed
      ? [
          {
            title: 'cordon all nodes: they go for good, and none of them takes pods again',
            name: 'cordon_all',
            lines: [run('cordon', ...all.map(nodeWord))],
          },
        ]
      : []),
    ...details.map((wave, index) => ({
      title: `wave ${index + 1} of ${details.length + groups.length}: ${listed(wave.nodes)}`,
      name: `wave_${index + 1}`,
      lines: waveLines(wave, context),
    })),
    ...(changes === undefined
      ? []
      : [{ title: 'changes', name: 'make_changes', lines: changes.make, always: true as const }]),
    ...groups.map((group, index) => {
      const number = details.length + index + 1
      const planned = known.find(({ nodes }) => nodes.join() === group.join())
      return {
        title: `wave ${number} of ${details.length + groups.length}: ${listed(group)}`,
        name: `wave_${number}`,
        lines: drainLines(group, context, planned?.workloads ?? []),
      }
    }),
    ...(groups.length === 0 || complete.length === 0 || removed
      ? []
      : [
          {
            title: 'wait until the workloads are complete',
            name: 'wait_for_workloads',
            lines: complete.map((workload) => completeLine(workload, run)),
          },
        ]),
    ...(changes === undefined || changes.restore.length === 0
      ? []
      : [{ title: 'put back what was changed', name: 'put_back', lines: changes.restore }]),
  ]
}

const blockedNodes = ({ nodes, waves }: DrainPlan): readonly string[] => {
  const drained = new Set(waves.flat())
  return nodes.map(({ name }) => name).filter((name) => !drained.has(name))
}

function heading(plan: DrainPlan, blocked: readonly string[]): readonly string[] {
  const { source, nodes, waves, now } = plan
  const isUnknown = (plan.stuck ?? nodes).some(
    ({ name, verdict }) => blocked.includes(name) && verdict === 'Unknown',
  )
  return [
    '#!/usr/bin/env bash',
    comment(
      `Runbook: drain ${listed(nodes.map(({ name }) => name))}. Planned by kubectl drain-plan for ${now}, ${followedText(plan)}.`,
    ),
    ...(source.type === 'Files'
      ? [
          comment(
            `Planned from a recording (${source.name}). Plan again on the cluster itself before you run it.`,
          ),
        ]
      : []),
    comment(
      'Read it, save it, run it with bash. It stops at the first command that fails; run again, it goes on there.',
    ),
    comment('With --undo it puts back what it has changed, and uncordons the nodes.'),
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
          comment(
            `AS THINGS ARE, ${listed(blocked)} ${isUnknown ? 'MAY NOT' : 'DOES NOT'} DRAIN. This script stops before that,`,
          ),
          comment('unless changes are accepted: see below.'),
        ]
      : []),
  ]
}
