import { specEvidence } from '../../diagnosis/evidence.ts'
import { probeField } from '../../model/kubernetes/probe.ts'
import { commandEvidence, commands } from './exec.ts'
import { DOCS, probeSubject, type Rule } from './rule.ts'
import { fixContainer, runIn } from './shared/fixes.ts'
import { shellScript } from './shared/shell.ts'

/** Programs that take a large part of a second only to start. */
const SLOW_STARTERS =
  /(^|[\s/;|&"'])(java|jshell|kafka-[\w-]+(\.sh)?|rabbitmqctl|rabbitmq-diagnostics|nodetool|cqlsh|mongosh?|mysqladmin|mysql|psql|python3?|node|ruby|php|kubectl|aws|az|gcloud|elasticsearch-[\w-]+|zkServer\.sh|airflow|celery|rails|curl\.exe|pwsh|powershell)(?=$|[\s;|&"'])/

const shortTimeout: Rule = {
  id: 'exec-short-timeout',
  severity: 'Info',
  summary: 'A probe starts a heavy program and gives it one second.',
  docs: DOCS.probes,
  fix: 'Patch',
  coveredBy: ['exec-timeout', 'timeout-too-short'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const { probe, container } = placed
      const program = SLOW_STARTERS.exec(shellScript(placed.command) ?? placed.command.join(' '))?.[2]
      if (probe.timeoutSeconds > 1 || program === undefined) continue
      yield {
        ...probeSubject(placed),
        confidence: 'Possible',
        summary: `${probe.type} probe starts ${program} with timeoutSeconds 1`,
        explanation:
          `${program} needs CPU only to start, and the container has to share its limit with it. On a busy node that ` +
          'takes more than a second now and then, and a command that is cut off counts as failure.',
        evidence: [
          commandEvidence(placed),
          specEvidence(container, `${probeField(probe.type)}.timeoutSeconds`, `${probe.timeoutSeconds}`),
        ],
        fixes: [
          ...runIn(subject, container, 'Measure how long it takes', [
            'sh',
            '-c',
            'time "$@"',
            'sh',
            ...placed.command,
          ]),
          ...fixContainer(subject, container, ['Raise', 'timeoutSeconds to 5'], {
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
  docs: DOCS.probes,
  fix: 'Patch',
  *find(subject) {
    for (const placed of commands(subject)) {
      const { probe, container } = placed
      const program = SLOW_STARTERS.exec(shellScript(placed.command) ?? placed.command.join(' '))?.[2]
      if (program === undefined || probe.type === 'startup' || probe.periodSeconds >= HEAVY_PERIOD_SECONDS)
        continue
      yield {
        ...probeSubject(placed),
        confidence: 'Possible',
        summary: `${probe.type} probe starts ${program} every ${probe.periodSeconds}s`,
        explanation:
          `Starting ${program} takes a good part of a second of CPU, each time and in each pod, out of the limit of the ` +
          'container. httpGet, tcpSocket and grpc start nothing.',
        evidence: [
          commandEvidence(placed),
          specEvidence(container, `${probeField(probe.type)}.periodSeconds`, `${probe.periodSeconds}`),
        ],
        fixes: fixContainer(subject, container, ['Raise', `periodSeconds to ${HEAVY_PERIOD_SECONDS}`], {
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
  docs: DOCS.probes,
  fix: 'Patch',
  coveredBy: ['exec-timeout'],
  *find(subject) {
    for (const placed of commands(subject)) {
      const { probe, container } = placed
      const match = OWN_TIMEOUT.exec(shellScript(placed.command) ?? placed.command.join(' '))
      const own = Number(match?.[1] ?? match?.[2] ?? match?.[3] ?? 0)
      if (own <= probe.timeoutSeconds) continue
      yield {
        ...probeSubject(placed),
        summary: `command of the ${probe.type} probe gives itself ${own}s, timeoutSeconds is ${probe.timeoutSeconds}`,
        explanation:
          'The shorter of the two counts. The kubelet cuts the command off before it can say what it waited for, and ' +
          'that counts as failure, with a message that holds nothing.',
        evidence: [
          commandEvidence(placed),
          specEvidence(container, `${probeField(probe.type)}.timeoutSeconds`, `${probe.timeoutSeconds}`),
        ],
        fixes: fixContainer(subject, container, ['Raise', `timeoutSeconds to ${own + 1}`], {
          [probeField(probe.type)]: { timeoutSeconds: own + 1 },
        }),
      }
    }
  },
}

/** Rules on how long commands take, and how often. */
export const EXEC_TIME_RULES: readonly Rule[] = [shortTimeout, heavyEachPeriod, innerTimeout]
