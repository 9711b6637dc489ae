import { parseAllDocuments } from 'yaml'
import { VERDICTS, type Verdict } from '../../src/drain/verdict.ts'
import type { Complaint } from './case.ts'
import { commandsIn } from './shell.ts'

/** What a command did. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Moves the cursor, hides, or changes the order of what is read; line feeds and tabs are no surprise. */
const RAW =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]|\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}/v
/** In which such characters belong to what everybody sees. */
const EMOJI = /\p{RGI_Emoji}/gv

/** Flags that printed commands use: anything else that begins with a dash came out of the input. */
const FLAGS =
  /^(-|-[ncofpAl]|--(previous|replay|count|replay-timeout|all-containers|containers|field-selector|type|for|timeout|force|ignore-daemonsets|ignore-not-found|delete-emptydir-data|disable-eviction|grace-period|skip-wait-for-delete-timeout|pod-selector|selector|min-available|max-unavailable|replicas|sort-by|tail|to-revision|limit|patch|show-labels|overwrite|subresource|output|server|kubeconfig|now|dry-run|save|prefix|wave-mode|max-parallel|by|label-columns)(=[\s\S]*)?|-ik)$/

/** What is wrong with the output of one run; nothing for a sound one. */
export function complaintsOf(
  argv: readonly string[],
  { code, stdout, stderr }: Outcome,
): readonly Complaint[] {
  const found: Complaint[] = []
  const [, mistake] = /this is a mistake in kubectl [\w-]+, not in your input: ([\s\S]*)/.exec(stderr) ?? []
  if (mistake !== undefined) {
    const [message = ''] = mistake.split('\n')
    const [place = ''] = /(?<=at .*)src\/[\w/.-]+:\d+/.exec(mistake) ?? []
    found.push({ oracle: 'crash', detail: `${place} ${message}` })
  } else if (/^\s+at .*[/(].*:\d+:\d+\)?$/m.test(stderr))
    found.push({ oracle: 'crash', detail: 'a stack trace' })
  if (![0, 1, 2].includes(code)) found.push({ oracle: 'exit-code', detail: `${code}` })
  // A report that proves nothing is printed, and says in itself what was not read.
  if (code === 2 && stderr === '' && stdout === '')
    found.push({ oracle: 'exit-code', detail: '2, and nothing says why' })
  for (const [stream, text] of [
    ['standard output', stdout],
    ['standard error', stderr],
  ] as const) {
    const [raw] = RAW.exec(text.replace(EMOJI, '')) ?? []
    if (raw !== undefined)
      found.push({ oracle: 'raw-character', detail: `U+${raw.codePointAt(0)?.toString(16)} on ${stream}` })
  }
  if (stdout !== '') found.push(...formatComplaints(argv, stdout))
  return found
}

function formatComplaints(argv: readonly string[], stdout: string): readonly Complaint[] {
  const format = argv[argv.indexOf('-o') + 1]
  if (format === 'json' || format === 'sarif') {
    try {
      return commandComplaints(JSON.parse(stdout))
    } catch (error) {
      return [{ oracle: 'not-parsable', detail: (error as Error).message }]
    }
  }
  if (format !== 'yaml') return []
  const [error] = parseAllDocuments(stdout).flatMap(({ errors }) => errors)
  return error === undefined ? [] : [{ oracle: 'not-parsable', detail: error.message }]
}

function* commandsOf(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value))
    if ((key === 'command' || key === 'undo') && typeof item === 'string') yield item
    else if (key !== 'patch' && key !== 'replace') yield* commandsOf(item)
}

function commandComplaints(report: unknown): readonly Complaint[] {
  return [...commandsOf(report)].flatMap((line) => {
    const commands = commandsIn(line)
    if (commands === undefined) return [{ oracle: 'unsafe-command', detail: line } as const]
    return commands.flatMap((words) => {
      const end = words.indexOf('--')
      const own = end === -1 ? words : words.slice(0, end)
      const foreign = own.find(
        (word, index) => word.startsWith('-') && !FLAGS.test(word) && !/^-[npc]$/.test(own[index - 1] ?? ''),
      )
      // What an undo gives to kubectl: one text, whatever is in it.
      if (words.length === 3 && words[0] === 'printf' && words[1] === '%s') return []
      if (own[0] !== 'kubectl') return [{ oracle: 'unsafe-command', detail: line } as const]
      return foreign === undefined
        ? []
        : [{ oracle: 'unsafe-command', detail: `${foreign} in: ${line}` } as const]
    })
  })
}

/** The verdicts of a drain by node; none where there is no plan. */
function verdictsOf({ stdout }: Outcome): ReadonlyMap<string, Verdict> {
  try {
    const { nodes } = JSON.parse(stdout) as { nodes: readonly { name: string; verdict: Verdict }[] }
    return new Map(nodes.map(({ name, verdict }) => [name, verdict]))
  } catch {
    return new Map()
  }
}

interface Doubts {
  readonly staleBudgets?: readonly unknown[]
  readonly gaps?: readonly { readonly resource: string }[]
}

const CONTROLLERS = ['replicasets', 'deployments', 'statefulsets', 'replicationcontrollers']

/** That a status is out of date can only be seen by the controllers of the pods. */
function hidesStaleBudget(whole: Outcome, weaker: Outcome): boolean {
  try {
    const [before, after] = [whole, weaker].map(({ stdout }) => JSON.parse(stdout) as Doubts)
    const unread = (one?: Doubts) =>
      (one?.gaps ?? []).filter(({ resource }) => CONTROLLERS.includes(resource)).length
    return (before?.staleBudgets ?? []).length > 0 && unread(after) > unread(before)
  } catch {
    return false
  }
}

/** Less evidence never makes a verdict better: it is the same, worse, or Unknown. */
export function weakerComplaints(whole: Outcome, weaker: Outcome): readonly Complaint[] {
  if (hidesStaleBudget(whole, weaker)) return []
  const before = verdictsOf(whole)
  return [...verdictsOf(weaker)].flatMap(([name, verdict]) => {
    const better = VERDICTS.indexOf(verdict) < VERDICTS.indexOf(before.get(name) ?? 'Drains')
    return better && VERDICTS.indexOf(verdict) < VERDICTS.indexOf('Unknown')
      ? [{ oracle: 'better-verdict', detail: `${name}: ${before.get(name)}, with less ${verdict}` } as const]
      : []
  })
}
