import { handlerEvidence } from '../../diagnosis/causes/probe-common.ts'
import { specEvidence } from '../../diagnosis/evidence.ts'
import type { ContainerView } from '../../diagnosis/view.ts'
import { probeField } from '../../model/probe.ts'
import { listed, sortedBy } from '../../model/text.ts'
import {
  about,
  changeContainer,
  changePod,
  type PlacedProbe,
  probesOf,
  type Rule,
  type RuleSubject,
  runIn,
  SEE,
  templateEvidence,
} from './rule.ts'
import { cannotFail, shellScript } from './shell.ts'

interface Command extends PlacedProbe {
  readonly command: readonly string[]
}

function* commands(subject: RuleSubject): Generator<Command> {
  for (const placed of probesOf(subject))
    if (placed.probe.handler.kind === 'exec') yield { ...placed, command: placed.probe.handler.command }
}

const commandEvidence = (placed: Command) =>
  handlerEvidence({ ...placed, port: undefined }, 'command', JSON.stringify(placed.command))

const setCommand = (
  subject: RuleSubject,
  { view, probe }: Command,
  title: string,
  command: readonly string[],
) => changeContainer(subject, view, title, { [probeField(probe.type)]: { exec: { command } } })

const oneWord: Rule = {
  id: 'exec-one-word',
  severity: 'Warning',
  summary: 'A probe command is one word with spaces in it, which is taken for the name of a program.',
  see: SEE.probes,
  saidBy: ['exec-command-missing'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const [only = '', ...others] = placed.command
      // A path of Windows may well have a space in it.
      if (others.length > 0 || !/\S\s+\S/.test(only) || only.includes('\\')) continue
      const isPlain = /^[\w./:=@%+, -]+$/.test(only)
      yield {
        ...about(placed),
        confidence: 'Likely',
        summary: `${placed.probe.type} probe runs a program named "${only}"`,
        explanation:
          'There is no shell that splits the line into words, so that the whole line is looked up as one file name. It is ' +
          'not found, and such an attempt is an error: it counts neither as failure nor as success.',
        evidence: [commandEvidence(placed)],
        fixes: isPlain
          ? setCommand(subject, placed, 'Give each word as its own element', only.trim().split(/\s+/))
          : setCommand(subject, placed, 'Run the line in a shell, if the image has one', ['sh', '-c', only]),
      }
    }
  },
}

const neverFails: Rule = {
  id: 'exec-cannot-fail',
  severity: 'Warning',
  summary: 'A probe command ends with success whatever it finds out.',
  see: SEE.probes,
  // Then it fails after all, by its time.
  saidBy: ['exec-timeout', 'timeout-too-short'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const [first = ''] = placed.command
      const script = shellScript(placed.command)
      const isTrivial = /^(\/(usr\/)?bin\/)?(true|echo)$/.test(first)
      const why =
        script !== undefined ? cannotFail(script) : isTrivial ? `${first} always succeeds` : undefined
      if (why === undefined) continue
      yield {
        ...about(placed),
        summary: `command of the ${placed.probe.type} probe always ends with 0: ${why}`,
        explanation:
          'The exit code of the command is the verdict, and this one is always 0, also where a program in it is missing ' +
          'or the application is down. Only a command that runs into its timeout can fail.',
        evidence: [commandEvidence(placed)],
        fixes: [
          ...runIn(subject, placed.view, 'See what the command says now', placed.command),
          {
            title: 'Let the last command be the one that tests; in bash, set -o pipefail lets a pipe fail',
            risk: 'Low',
          },
        ],
      }
    }
  },
}

/** Programs that take a large part of a second only to start. */
const SLOW_STARTERS =
  /(^|[\s/;|&"'])(java|jshell|kafka-[\w-]+(\.sh)?|rabbitmqctl|rabbitmq-diagnostics|nodetool|cqlsh|mongosh?|mysqladmin|mysql|psql|python3?|node|ruby|php|kubectl|aws|az|gcloud|elasticsearch-[\w-]+|zkServer\.sh|airflow|celery|rails|curl\.exe|pwsh|powershell)(?=$|[\s;|&"'])/

const shortTimeout: Rule = {
  id: 'exec-short-timeout',
  severity: 'Info',
  summary: 'A probe starts a heavy program and gives it one second.',
  see: SEE.probes,
  saidBy: ['exec-timeout', 'timeout-too-short'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const { probe, view } = placed
      const program = SLOW_STARTERS.exec(shellScript(placed.command) ?? placed.command.join(' '))?.[2]
      if (probe.timeoutSeconds > 1 || program === undefined) continue
      yield {
        ...about(placed),
        confidence: 'Possible',
        summary: `${probe.type} probe starts ${program} with timeoutSeconds 1`,
        explanation:
          `${program} needs CPU only to start, and the container has to share its limit with it. On a busy node that ` +
          'takes more than a second now and then, and a command that is cut off counts as failure.',
        evidence: [
          commandEvidence(placed),
          specEvidence(view, `${probeField(probe.type)}.timeoutSeconds`, `${probe.timeoutSeconds}`),
        ],
        fixes: [
          ...runIn(subject, view, 'Measure how long it takes', [
            'sh',
            '-c',
            'time "$@"',
            'sh',
            ...placed.command,
          ]),
          ...changeContainer(subject, view, 'Raise timeoutSeconds to 5', {
            [probeField(probe.type)]: { timeoutSeconds: 5 },
          }),
        ],
      }
    }
  },
}

/** A program that starts more often than this costs more than it tells. */
const HEAVY_PERIOD_SECONDS = 30

const heavyEachPeriod: Rule = {
  id: 'exec-heavy-each-period',
  severity: 'Info',
  summary: 'A probe starts a heavy program every few seconds, which costs CPU all the time.',
  see: SEE.probes,
  *find(subject) {
    for (const placed of commands(subject)) {
      const { probe, view } = placed
      const program = SLOW_STARTERS.exec(shellScript(placed.command) ?? placed.command.join(' '))?.[2]
      if (program === undefined || probe.type === 'startup' || probe.periodSeconds >= HEAVY_PERIOD_SECONDS)
        continue
      yield {
        ...about(placed),
        confidence: 'Possible',
        summary: `${probe.type} probe starts ${program} every ${probe.periodSeconds}s`,
        explanation:
          `Starting ${program} takes a good part of a second of CPU, each time and in each pod, out of the limit of the ` +
          'container. httpGet, tcpSocket and grpc start nothing.',
        evidence: [
          commandEvidence(placed),
          specEvidence(view, `${probeField(probe.type)}.periodSeconds`, `${probe.periodSeconds}`),
        ],
        fixes: changeContainer(subject, view, `Raise periodSeconds to ${HEAVY_PERIOD_SECONDS}`, {
          [probeField(probe.type)]: { periodSeconds: HEAVY_PERIOD_SECONDS },
        }),
      }
    }
  },
}

/** `timeout 30 …`, `curl --max-time 10 …`: seconds that the command gives itself. */
const OWN_TIMEOUT =
  /(?:^|[\s;|&/])timeout\s+(?:-\S+\s+)*(\d+)s?\s|\scurl\s[^;|&]*(?:--max-time|-m)[= ](\d+)|(?:^|[\s;|&])curl\s[^;|&]*(?:--max-time|-m)[= ](\d+)/

const innerTimeout: Rule = {
  id: 'exec-own-timeout-longer',
  severity: 'Info',
  summary: 'A probe command gives itself more time than the probe gives it.',
  see: SEE.probes,
  saidBy: ['exec-timeout'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const { probe, view } = placed
      const match = OWN_TIMEOUT.exec(shellScript(placed.command) ?? placed.command.join(' '))
      const own = Number(match?.[1] ?? match?.[2] ?? match?.[3] ?? 0)
      if (own <= probe.timeoutSeconds) continue
      yield {
        ...about(placed),
        summary: `command of the ${probe.type} probe gives itself ${own}s, timeoutSeconds is ${probe.timeoutSeconds}`,
        explanation:
          'The shorter of the two counts. The kubelet cuts the command off before it can say what it waited for, and ' +
          'that counts as failure, with a message that holds nothing.',
        evidence: [
          commandEvidence(placed),
          specEvidence(view, `${probeField(probe.type)}.timeoutSeconds`, `${probe.timeoutSeconds}`),
        ],
        fixes: changeContainer(subject, view, `Raise timeoutSeconds to ${own + 1}`, {
          [probeField(probe.type)]: { timeoutSeconds: own + 1 },
        }),
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
function unexpanded({ container }: ContainerView, command: readonly string[]): readonly Unexpanded[] {
  const env = container.env ?? []
  const isShell = command.some((word) => INTERPRETER.test(word) || word === '-c')
  const text = command.join(' ')
  // `$$(X)` is the way to write `$(X)`.
  const bracketed = [...text.matchAll(/(?<!\$)\$\(([A-Za-z_]\w*)\)/g)].flatMap(
    ([written, name]): Unexpanded[] => {
      const declared = env.find((one) => one.name === name)
      if (declared?.valueFrom)
        return [{ written, why: 'nothing stands there: its value comes from valueFrom' }]
      return declared === undefined && !isShell && container.envFrom !== undefined
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
  see: SEE.environment,
  saidBy: ['exec-command-missing'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const found = unexpanded(placed.view, placed.command)
      if (found.length === 0) continue
      yield {
        ...about(placed),
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
  see: SEE.configMaps,
  saidBy: ['exec-not-executable'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const [program = ''] = placed.command
      const mounts = (placed.view.container.volumeMounts ?? []).filter(({ mountPath }) =>
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
        ...about(placed),
        summary: `${placed.probe.type} probe runs ${program} from volume ${volume.name}, whose files have mode ${octal(mode)}`,
        explanation:
          'Without the right to execute, the program cannot be started, also not by root. Such an attempt is an error on ' +
          'most runtimes: it counts neither as failure nor as success.',
        evidence: [
          commandEvidence(placed),
          templateEvidence(subject, `volumes[${index}].${kind}.defaultMode`, octal(mode)),
        ],
        fixes: [
          ...setCommand(subject, placed, 'Let a shell read the script, if the image has one', [
            'sh',
            ...placed.command,
          ]),
          changePod(subject, `Mount volume ${volume.name} with mode 0755`, {
            volumes: [{ name: volume.name, [kind]: { defaultMode: 0o755 } }],
          }),
        ],
      }
    }
  },
}

const octal = (mode: number): string => `0${mode.toString(8)}`

/** Rules on commands that probes run. */
export const EXEC_RULES: readonly Rule[] = [
  oneWord,
  neverFails,
  envNotExpanded,
  scriptNotExecutable,
  shortTimeout,
  heavyEachPeriod,
  innerTimeout,
]
