import { probeField } from '../../../model/kubernetes/probe.ts'
import { type Evidence, type Fix, tentative } from '../../../model/report/finding.ts'
import { withoutControls } from '../../../model/text/escape.ts'
import type { Diagnosis } from '../../cause.ts'
import { specEvidence } from '../../evidence.ts'
import { execFix, logsFix } from '../../fixes/commands.ts'
import { containerFix } from '../../fixes/patch.ts'
import type { ProbeFailure } from '../failure.ts'
import { shortOf } from '../no-answer/suspect.ts'
import { attemptsText } from './common.ts'
import { judgeMeasured } from './measured.ts'

const commandOf = ({ probe: { handler } }: ProbeFailure): readonly string[] =>
  handler.kind === 'exec' ? handler.command : []

const commandEvidence = (failure: ProbeFailure): Evidence =>
  specEvidence(
    failure.container,
    `${probeField(failure.probe.type)}.exec.command`,
    JSON.stringify(commandOf(failure)),
  )

/** Why an executable is not found. */
type Slip = 'oneElement' | 'punctuation' | 'noShell' | 'noInterpreter' | 'notInImage'

const SLIP_WORDS: Readonly<Record<Slip, (first: string) => string>> = {
  oneElement: () =>
    'The whole command line stands in one element of the list, so it is taken for the name of one file.',
  punctuation: (first) => `"${first}" ends in a punctuation mark, probably a slip in the YAML.`,
  noShell: () => 'The image has no shell, as is usual for distroless and scratch images.',
  noInterpreter: () =>
    'The file is there, but the interpreter of its first line (#!), or the loader that it is linked against, is not in ' +
    'the image. A first line that ends in a carriage return does the same.',
  notInImage: () => 'The file is not in the image, or not on its PATH.',
}

function slipOf(name: string, [first = '', ...others]: readonly string[]): Slip {
  if (others.length === 0 && /\s/.test(first)) return 'oneElement'
  if (/[:,;]$/.test(first)) return 'punctuation'
  return /^(?:\/\S*\/)?(?:ba|da|a)?sh$/.test(name) ? 'noShell' : 'notInImage'
}

/** The command, or a tool that it calls, is not in the image. */
export function judgeMissing(failure: ProbeFailure): Diagnosis {
  const { attempts, probe, container } = failure
  const command = commandOf(failure)
  const [first = ''] = command
  const name = attempts.message.name ?? first
  const isThere = attempts.class === 'exec.interpreter'
  const slip = isThere ? 'noInterpreter' : slipOf(name, command)
  return {
    code: 'exec-command-missing',
    confidence: 'Certain',
    summary: `${probe.type} probe runs "${name}", ${isThere ? 'whose interpreter' : 'which'} does not exist in the container`,
    explanation: SLIP_WORDS[slip](first),
    evidence: [commandEvidence(failure)],
    fixes:
      slip === 'oneElement'
        ? splitFix(failure, first)
        : [
            logsFix(
              container,
              'See whether the log names a port: a probe with httpGet, tcpSocket or grpc needs nothing in the image',
            ),
          ],
  }
}

/** Splits a command line, where no quoting or shell syntax makes that a guess. */
function splitFix({ container, probe }: ProbeFailure, line: string): readonly Fix[] {
  const plain = /^[\w@%+=:,./ -]+$/.test(line)
  const command = plain ? line.trim().split(/\s+/) : ['sh', '-c', line]
  return containerFix(
    container,
    plain
      ? `Split the command of the ${probe.type} probe into its words`
      : `Run the command of the ${probe.type} probe with sh -c (the image must have a shell)`,
    { [probeField(probe.type)]: { exec: { command } } },
  )
}

const NOT_EXECUTABLE_WORDS = {
  format: {
    summary: 'is not a program for this node',
    explanation:
      'The file is for another processor, or is a script whose first line is not #! and an interpreter.',
  },
  permission: {
    summary: 'may not be executed',
    explanation:
      'The file lacks the permission to execute. A file from a ConfigMap has mode 0644 unless defaultMode says 0755.',
  },
} as const

/** The command is there, and cannot be started. */
export function judgeNotExecutable(failure: ProbeFailure): Diagnosis {
  const { attempts, probe, container } = failure
  const name = attempts.message.name ?? commandOf(failure)[0] ?? ''
  const words = NOT_EXECUTABLE_WORDS[attempts.class === 'exec.format' ? 'format' : 'permission']
  return {
    code: 'exec-not-executable',
    confidence: 'Certain',
    summary: `${probe.type} probe runs "${name}", which ${words.summary}`,
    explanation: words.explanation,
    evidence: [commandEvidence(failure)],
    fixes: [execFix(container, 'See the permissions of the file', ['ls', '-l', name])],
  }
}

const NODE_SHORT =
  ' The node seems to have too little for all that runs on it (see the evidence): look there first.'

/** The command does not end in time. */
export function judgeExecTimeout(failure: ProbeFailure): Diagnosis {
  const measured = judgeMeasured(failure)
  if (measured !== undefined)
    return { ...measured, evidence: [...measured.evidence, commandEvidence(failure)] }
  const { probe, container, attempts } = failure
  const seconds = Math.max(5, probe.timeoutSeconds * 3)
  const byDefault = probe.timeoutSeconds === 1 ? ', which is the default' : ''
  const counts = attempts.message.counted ? ', and that counts as failure' : ''
  const node = shortOf(failure)
  return {
    code: 'exec-timeout',
    confidence: 'Certain',
    summary: `${probe.type} probe command does not end within ${probe.timeoutSeconds}s`,
    explanation:
      `${attemptsText(failure)} of the command ran longer than timeoutSeconds ${probe.timeoutSeconds}${byDefault}${counts}. ` +
      'Starting a process takes CPU time of the container, so a low CPU limit slows it down, too. How long the command ' +
      `really takes is not recorded.${node === undefined ? '' : NODE_SHORT}`,
    evidence: [
      specEvidence(container, `${probeField(probe.type)}.timeoutSeconds`, `${probe.timeoutSeconds}`),
      commandEvidence(failure),
      ...(node?.evidence ?? []),
    ],
    fixes: [
      execFix(container, 'Measure how long the command takes', commandOf(failure)),
      ...tentative(
        containerFix(
          container,
          `Raise timeoutSeconds of the ${probe.type} probe from ${probe.timeoutSeconds} to ${seconds}`,
          { [probeField(probe.type)]: { timeoutSeconds: seconds } },
        ),
      ),
    ],
  }
}

/** The command ran, and ended with an exit code other than 0. */
export function judgeExecOutput(failure: ProbeFailure): Diagnosis {
  const { probe, attempts, container } = failure
  const empty = attempts.class === 'exec.empty'
  const [firstLine = ''] = withoutControls(attempts.message.text).trim().split('\n')
  return {
    code: 'exec-exit-code',
    confidence: empty ? 'Likely' : 'Certain',
    summary: `${probe.type} probe command fails${empty ? ' without a word' : `: ${firstLine.slice(0, 160)}`}`,
    explanation: [
      'The command ran and ended with an exit code other than 0. The kubelet records what it printed, not the exit code.',
      ...(empty ? ['It printed nothing; some old runtimes show a timeout like this, too.'] : []),
      ...(attempts.class === 'exec.output.file'
        ? ['A file that it needs is not there: perhaps the application never wrote it.']
        : []),
    ].join(' '),
    evidence: [commandEvidence(failure)],
    fixes: [
      execFix(container, 'Run the command yourself, and look at its exit code', commandOf(failure)),
      logsFix(container),
    ],
  }
}

/** The runtime could not run the command. */
export const judgeRuntime = (failure: ProbeFailure): Diagnosis => ({
  code: 'exec-runtime-error',
  confidence: 'Likely',
  summary: `${failure.probe.type} probe command cannot be run by the container runtime`,
  explanation:
    'The runtime failed before the command began. A limit on processes, a full disk or a runtime in trouble does that.',
  evidence: [commandEvidence(failure)],
  fixes: [execFix(failure.container, 'See whether the command runs now', commandOf(failure))],
})
