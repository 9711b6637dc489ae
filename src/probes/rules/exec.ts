import type { ContainerInfo } from '../../diagnosis/pod-info.ts'
import { handlerEvidence } from '../../diagnosis/probes/rules/common.ts'
import { probeField } from '../../model/kubernetes/probe.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { listed } from '../../model/text/words.ts'
import { type ContainerProbe, DOCS, probeSubject, probesOf, type Rule, type RuleSubject } from './rule.ts'
import { templateEvidence } from './shared/evidence.ts'
import { type Edit, fixContainer, fixPodSpec, runIn } from './shared/fixes.ts'
import { cannotFail, shellScript } from './shared/shell.ts'

export interface Command extends ContainerProbe {
  readonly command: readonly string[]
}

/** Every probe that runs a command. */
export function* commands(subject: RuleSubject): Generator<Command> {
  for (const placed of probesOf(subject))
    if (placed.probe.handler.kind === 'exec') yield { ...placed, command: placed.probe.handler.command }
}

export const commandEvidence = (placed: Command) =>
  handlerEvidence({ ...placed, port: undefined }, 'command', JSON.stringify(placed.command))

const setCommand = (
  subject: RuleSubject,
  { container, probe }: Command,
  edit: Edit,
  command: readonly string[],
) => fixContainer(subject, container, edit, { [probeField(probe.type)]: { exec: { command } } })

const oneWord: Rule = {
  id: 'exec-one-word',
  severity: 'Warning',
  summary: 'A probe command is one word with spaces in it, which is taken for the name of a program.',
  docs: DOCS.probes,
  fix: 'Patch',
  coveredBy: ['exec-command-missing'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const [only = '', ...others] = placed.command
      // A path of Windows may well have a space in it.
      if (others.length > 0 || !/\S\s+\S/.test(only) || only.includes('\\')) continue
      const isPlain = /^[\w./:=@%+, -]+$/.test(only)
      yield {
        ...probeSubject(placed),
        confidence: 'Likely',
        summary: `${placed.probe.type} probe runs a program named "${only}"`,
        explanation:
          'There is no shell that splits the line into words, so that the whole line is looked up as one file name. It is ' +
          'not found, and such an attempt is an error: it counts neither as failure nor as success.',
        evidence: [commandEvidence(placed)],
        fixes: isPlain
          ? setCommand(subject, placed, ['Give', 'each word as its own element'], only.trim().split(/\s+/))
          : setCommand(
              subject,
              placed,
              ['Run', 'the line in a shell, if the image has one'],
              ['sh', '-c', only],
            ),
      }
    }
  },
}

const neverFails: Rule = {
  id: 'exec-cannot-fail',
  severity: 'Warning',
  summary: 'A probe command ends with success whatever it finds out.',
  docs: DOCS.probes,
  fix: 'Words',
  // Then it fails after all, by its time.
  coveredBy: ['exec-timeout', 'timeout-too-short'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const [first = ''] = placed.command
      const script = shellScript(placed.command)
      const isTrivial = /^(\/(usr\/)?bin\/)?(true|echo)$/.test(first)
      const why =
        script !== undefined ? cannotFail(script) : isTrivial ? `${first} always succeeds` : undefined
      if (why === undefined) continue
      yield {
        ...probeSubject(placed),
        summary: `command of the ${placed.probe.type} probe always ends with 0: ${why}`,
        explanation:
          'The exit code of the command is the verdict, and this one is always 0, also where a program in it is missing ' +
          'or the application is down. Only a command that runs into its timeout can fail.',
        evidence: [commandEvidence(placed)],
        fixes: [
          ...runIn(subject, placed.container, 'See what the command says now', placed.command),
          {
            title: 'Let the last command be the one that tests; in bash, set -o pipefail lets a pipe fail',
            risk: 'Low',
          },
        ],
      }
    }
  },
}

/** A variable as the command has it, and what becomes of it. */
interface Unexpanded {
  readonly written: string
  readonly why: string
}

/** Whatever has a use of its own for `$`, also behind `timeout 5` or `env`. */
const INTERPRETER =
  /(^|\/)((ba|da|a|z|k)?sh|[gm]?awk|perl|php|python[\d.]*|node|ruby|su|pwsh|powershell)(\.exe)?$/

/** Variables of the command that will not have their value there. */
function unexpanded({ spec }: ContainerInfo, command: readonly string[]): readonly Unexpanded[] {
  const env = spec.env ?? []
  const isShell = command.some((word) => INTERPRETER.test(word) || word === '-c')
  const text = command.join(' ')
  // `$$(X)` is the way to write `$(X)`.
  const bracketed = [...text.matchAll(/(?<!\$)\$\(([A-Za-z_]\w*)\)/g)].flatMap(
    ([written, name]): Unexpanded[] => {
      const declared = env.find((one) => one.name === name)
      if (declared?.valueFrom)
        return [{ written, why: 'nothing stands there: its value comes from valueFrom' }]
      return declared === undefined && !isShell && spec.envFrom !== undefined
        ? [{ written, why: 'it stays as it is: it can only come from envFrom' }]
        : []
    },
  )
  if (isShell) return bracketed
  const bare = [...text.matchAll(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g)].filter(([, braced, plain]) =>
    env.some(({ name }) => name === (braced ?? plain)),
  )
  return [...bracketed, ...bare.map(([written]) => ({ written, why: 'it stays as it is: no shell runs' }))]
}

const envNotExpanded: Rule = {
  id: 'exec-env-not-expanded',
  severity: 'Warning',
  summary: 'A probe command uses an environment variable that is not expanded there.',
  docs: DOCS.environment,
  fix: 'Words',
  coveredBy: ['exec-command-missing'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const found = unexpanded(placed.container, placed.command)
      if (found.length === 0) continue
      yield {
        ...probeSubject(placed),
        confidence: 'Likely',
        summary: `command of the ${placed.probe.type} probe does not get ${listed([...new Set(found.map(({ written }) => written))])}`,
        explanation:
          `${found.map(({ written, why }) => `In the place of ${written}, ${why}.`).join(' ')} The kubelet expands only ` +
          '$(NAME) of variables whose value is written in env. A shell in the container expands all of them.',
        evidence: [commandEvidence(placed)],
        fixes: [
          {
            title: 'Run it in a shell, which knows every variable: ["sh", "-c", "command \\"$NAME\\""]',
            risk: 'Low',
          },
        ],
      }
    }
  },
}

const scriptNotExecutable: Rule = {
  id: 'exec-script-not-executable',
  severity: 'Warning',
  summary:
    'A probe runs a script out of a ConfigMap or Secret that is mounted without the right to execute it.',
  docs: DOCS.configMaps,
  fix: 'Patch',
  coveredBy: ['exec-not-executable'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const [program = ''] = placed.command
      const mounts = (placed.container.spec.volumeMounts ?? []).filter(({ mountPath }) =>
        program.startsWith(`${mountPath.replace(/\/$/, '')}/`),
      )
      // Of mounts inside of each other, the innermost holds the file.
      const mount = sortedBy(mounts, ({ mountPath }) => [-mountPath.length])[0]
      const index = (subject.spec.volumes ?? []).findIndex(({ name }) => name === mount?.name)
      const volume = subject.spec.volumes?.[index]
      const kind = volume?.configMap ? 'configMap' : 'secret'
      const source = volume?.configMap ?? volume?.secret
      if (volume === undefined || source == null) continue
      const mode = source.defaultMode ?? 0o644
      // A mode of one item may differ; which file an item becomes is not worth guessing.
      if ((mode & 0o111) !== 0 || source.items?.some((item) => item.mode != null)) continue
      yield {
        ...probeSubject(placed),
        summary: `${placed.probe.type} probe runs ${program} from volume ${volume.name}, whose files have mode ${octal(mode)}`,
        explanation:
          'Without the right to execute, the program cannot be started, also not by root. Such an attempt is an error on ' +
          'most runtimes: it counts neither as failure nor as success.',
        evidence: [
          commandEvidence(placed),
          templateEvidence(subject, `volumes[${index}].${kind}.defaultMode`, octal(mode)),
        ],
        fixes: [
          ...setCommand(
            subject,
            placed,
            ['Let', 'a shell read the script, if the image has one'],
            ['sh', ...placed.command],
          ),
          fixPodSpec(subject, ['Mount', `volume ${volume.name} with mode 0755`], {
            volumes: [{ name: volume.name, [kind]: { defaultMode: 0o755 } }],
          }),
        ],
      }
    }
  },
}

const octal = (mode: number): string => `0${mode.toString(8)}`

/** Rules on commands that probes run. */
export const EXEC_RULES: readonly Rule[] = [oneWord, neverFails, envNotExpanded, scriptNotExecutable]
