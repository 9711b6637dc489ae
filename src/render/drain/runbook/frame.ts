import { shellWord } from '../../../model/text/shell.ts'

/** The work between drain and uncordon: what is done to a node is not for a plan to know. */
export const WORK = [
  '# What to do with a drained node before it takes pods again: put the upgrade or the reboot here.',
  `work_on() { echo "node $1 is drained; nothing is done to it"; }`,
]

/** The same where the nodes go for good. */
export const REMOVAL = [
  '# How a drained node is taken away: put it here.',
  `work_on() { echo "node $1 is drained, and can be taken away"; }`,
]

/**
 * What lets a script be run again: each step is noted under the name of this plan when it is done, and passed over the
 * next time.
 * @param plan tells this plan from another one
 */
export const progressLines = (plan: string): readonly string[] => [
  '# Steps that are done are noted in this file: run again, the script goes on where it was interrupted.',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the shell
  'progress=${PROGRESS:-./drain.progress}',
  `plan=${shellWord(plan)}`,
  'is_done() { [ -f "$progress" ] && grep -qxF -e "$plan: $1" -- "$progress"; }',
  `note() { printf '%s\\n' "$plan: $1" >>"$progress"; }`,
  'step() {',
  '  if is_done "$1"; then echo "== $1: done before"; return; fi',
  '  echo "== $1"',
  '  "$2"',
  '  note "$1"',
  '}',
  'always() { echo "== $1"; "$2"; }',
  'work() { is_done "work on $1" || { work_on "$1"; note "work on $1"; }; }',
]

/** What a script says when it stops early. */
export const TRAP = [
  'finished=',
  `trap '[ -n "$finished" ] || echo "stopped: run it again to go on, or with --undo to put back what was changed" >&2' EXIT`,
]

/** `--undo`: what was changed, then the nodes. */
export const undoLines = (restore: readonly string[]): readonly string[] => [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the shell
  'if [ "${1-}" = --undo ]; then',
  ...restore.map((line) => `  ${line}`),
  '  rm -f "$progress"; finished=1',
  '  exit 0',
  'elif [ $# -gt 0 ]; then',
  "  echo 'takes --undo, or nothing' >&2; finished=1; exit 2",
  'fi',
]

export const FINISHED = ['rm -f "$progress"; finished=1', 'echo "== done"']

/** A function of the script; one without commands would be no function. */
export const shellFunction = (name: string, lines: readonly string[]): readonly string[] => [
  `${name}() {`,
  ...(lines.some((line) => !line.trimStart().startsWith('#')) ? lines : [...lines, ':']).map(
    (line) => `  ${line}`,
  ),
  '}',
]
