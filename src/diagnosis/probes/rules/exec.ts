import { probeField } from '../../../model/kubernetes/probe.ts'
import { specEvidence } from '../../evidence.ts'
import { containerFix, execFix, logsFix } from '../../fixes.ts'
import type { ProbeFailure } from '../failure.ts'
import { attemptsText, type Diagnosis } from './common.ts'

const commandOf = ({ probe: { handler } }: ProbeFailure): readonly string[] =>
  handler.kind === 'exec' ? handler.command : []

const commandEvidence = (failure: ProbeFailure) =>
  specEvidence(
    failure.container,
    `${probeField(failure.probe.type)}.exec.command`,
    JSON.stringify(commandOf(failure)),
  )

/** What comes of a probe that errors: nothing, which is worse than a failure (spec/probes.md 0). */
export function uncountedConsequence({ probe, container, main }: ProbeFailure): string {
  if (main.message.counted) return ''
  switch (probe.type) {
    case 'liveness':
      return ' Such an error never counts: the container is never restarted, whatever state it is in.'
    case 'readiness':
      return container.status?.ready
        ? ' Such an error never counts: the container stays Ready, whatever state it is in.'
        : ' Such an error never counts: the container will never become Ready.'
    case 'startup':
      return ' Such an error never counts: the container is never taken for started, and never restarted either.'
  }
}

export function judgeMissing(failure: ProbeFailure): Diagnosis {
  const { main, probe } = failure
  const command = commandOf(failure)
  const name = main.message.name ?? command[0] ?? ''
  const one = command.length === 1 && /\s/.test(command[0] ?? '')
  const colon = /[:,;]$/.test(command[0] ?? '')
  const shell = /^(?:\/\S*\/)?(?:ba|da|a)?sh$/.test(name)
  const why = one
    ? 'The whole command line stands in one element of the list, so it is taken for the name of one file.'
    : colon
      ? `"${command[0]}" ends in a punctuation mark, probably a slip in the YAML.`
      : shell
        ? 'The image has no shell, as is usual for distroless and scratch images.'
        : 'The file is not in the image, or not on its PATH.'
  return {
    code: 'exec-command-missing',
    confidence: 'Certain',
    summary: `${probe.type} probe runs "${name}", which does not exist in the container`,
    explanation: `${why}${uncountedConsequence(failure)}`,
    evidence: [commandEvidence(failure)],
    fixes: one
      ? [...splitFix(failure, command[0] ?? '')]
      : [
          logsFix(
            failure.container,
            'Probe with httpGet, tcpSocket or grpc, which need nothing in the image; the log may name the port',
          ),
        ],
  }
}

/** Splits a command line, where no quoting or shell syntax makes that a guess. */
function splitFix({ container, probe }: ProbeFailure, line: string) {
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

export function judgeNotExecutable(failure: ProbeFailure): Diagnosis {
  const { main, probe, container } = failure
  const name = main.message.name ?? commandOf(failure)[0] ?? ''
  const format = main.class === 'exec.format'
  return {
    code: 'exec-not-executable',
    confidence: 'Certain',
    summary: `${probe.type} probe runs "${name}", which ${format ? 'is not a program for this node' : 'may not be executed'}`,
    explanation:
      (format
        ? 'The file is for another processor, or is a script whose first line is not #! and an interpreter.'
        : 'The file lacks the permission to execute. A file from a ConfigMap has mode 0644 unless defaultMode says 0755.') +
      uncountedConsequence(failure),
    evidence: [commandEvidence(failure)],
    fixes: [execFix(container, 'See the permissions of the file', ['ls', '-l', name])],
  }
}

export function judgeExecTimeout(failure: ProbeFailure): Diagnosis {
  const { probe, container } = failure
  const seconds = Math.max(5, probe.timeoutSeconds * 3)
  const command = commandOf(failure)
  return {
    code: 'exec-timeout',
    confidence: 'Certain',
    summary: `${probe.type} probe command does not end within ${probe.timeoutSeconds}s`,
    explanation:
      `${attemptsText(failure)} of the command ran longer than timeoutSeconds ${probe.timeoutSeconds}` +
      `${probe.timeoutSeconds === 1 ? ', which is the default' : ''}${
        failure.main.message.counted ? ', and that counts as failure' : ''
      }. Starting a process takes ` +
      'CPU time of the container, so a low CPU limit slows it down, too. How long the command really takes is not recorded.',
    evidence: [
      specEvidence(container, `${probeField(probe.type)}.timeoutSeconds`, `${probe.timeoutSeconds}`),
      commandEvidence(failure),
    ],
    fixes: [
      execFix(container, 'Measure how long the command takes', command),
      ...containerFix(
        container,
        `Raise timeoutSeconds of the ${probe.type} probe from ${probe.timeoutSeconds} to ${seconds}`,
        { [probeField(probe.type)]: { timeoutSeconds: seconds } },
      ),
    ],
  }
}

export function judgeExecOutput(failure: ProbeFailure): Diagnosis {
  const { probe, main, container } = failure
  const empty = main.class === 'exec.empty'
  const firstLine = main.message.text.trim().split('\n')[0] ?? ''
  return {
    code: 'exec-exit-code',
    confidence: empty ? 'Likely' : 'Certain',
    summary: empty
      ? `${probe.type} probe command fails without a word`
      : `${probe.type} probe command fails: ${firstLine.slice(0, 160)}`,
    explanation:
      'The command ran and ended with an exit code other than 0. The kubelet records what it printed, not the exit code.' +
      (empty ? ' It printed nothing; some old runtimes show a timeout like this, too.' : '') +
      (main.class === 'exec.output.file'
        ? ' A file that it needs is not there: perhaps the application never wrote it.'
        : ''),
    evidence: [commandEvidence(failure)],
    fixes: [
      execFix(container, 'Run the command yourself, and look at its exit code', commandOf(failure)),
      logsFix(container),
    ],
  }
}

export function judgeRuntime(failure: ProbeFailure): Diagnosis {
  const { probe, container } = failure
  return {
    code: 'exec-runtime-error',
    confidence: 'Likely',
    summary: `${probe.type} probe command cannot be run by the container runtime`,
    explanation:
      'The runtime failed before the command began. A limit on processes, a full disk or a runtime in trouble does ' +
      `that.${uncountedConsequence(failure)}`,
    evidence: [commandEvidence(failure)],
    fixes: [execFix(container, 'See whether the command runs now', commandOf(failure))],
  }
}
