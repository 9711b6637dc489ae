import type { DrainPlan } from '../../../drain/types/plan.ts'
import type { Word } from '../../../model/command/command.ts'
import { escapeText } from '../../../model/text/escape.ts'
import { listed } from '../../../model/text/words.ts'
import { DRAINING, followedText } from '../words.ts'
import { comment, kubectl, nodeWord, type RunbookCommands, type RunbookFlags } from './commands.ts'
import { blockedLines, remedyFirst } from './fixes.ts'
import { WORK, waveLines } from './waves.ts'

/**
 * The plan as a bash script: waves with the checks between them, fixes first where the nodes do not drain as things
 * are. It stops at the first command that fails. What disturbs is commented out. Ends with a line feed.
 */
export function drainRunbook(plan: DrainPlan, flags: RunbookFlags): string {
  const run = (...words: readonly Word[]) => kubectl(flags, words)
  const details = plan.waveDetails ?? []
  const removed = plan.waveMode === 'Removed' && details.length > 0
  const blocked = blockedNodes(plan)
  const fixes = remedyFirst(plan)
  const extra = blocked.length > 0 && fixes.some((fix) => fix.flags !== undefined)
  const drain = (nodes: readonly string[]) =>
    `${run('drain', ...nodes.map(nodeWord), ...flags.drain)}${extra && nodes.some((node) => blocked.includes(node)) ? ' $extra' : ''}`
  const parts = [
    heading(plan, blocked),
    ['set -euo pipefail'],
    details.length > 1 && !removed ? WORK : [],
    removed
      ? [
          '# The nodes go for good: none of them takes pods again.',
          run('cordon', ...plan.waves.flat().map(nodeWord)),
        ]
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

const blockedNodes = ({ nodes, waves }: DrainPlan): readonly string[] => {
  const drained = new Set(waves.flat())
  return nodes.map(({ name }) => name).filter((name) => !drained.has(name))
}

function heading(plan: DrainPlan, blocked: readonly string[]): readonly string[] {
  const { source, nodes, waves, now } = plan
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

function ending(plan: DrainPlan, blocked: readonly string[], run: RunbookCommands['run']): readonly string[] {
  if (plan.waveMode === 'Removed')
    return [
      '# The nodes are cordoned and drained. They can be taken away; should one stay after all: kubectl uncordon.',
    ]
  const last = [...(plan.waves.at(-1) ?? []), ...blocked]
  return [
    '# The nodes are cordoned until you say otherwise. When the work on them is done:',
    ...last.map((node) => comment(run('uncordon', nodeWord(node)))),
  ]
}
