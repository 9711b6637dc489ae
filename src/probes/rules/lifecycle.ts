import { specEvidence } from '../../diagnosis/evidence.ts'
import { type ContainerInfo, conditionOf } from '../../diagnosis/pod-info.ts'
import { probeField } from '../../model/kubernetes/probe.ts'
import { listed } from '../../model/text/words.ts'
import { DOCS, type Rule } from './rule.ts'
import { templateEvidence } from './shared/evidence.ts'
import { fixContainer, fixPodSpec } from './shared/fixes.ts'
import { shellScript } from './shared/shell.ts'

/** Seconds that the preStop hook is sure to take: what it sleeps, one after the other. */
function preStopSeconds({
  spec,
}: ContainerInfo): { seconds: number; field: string; text: string } | undefined {
  const hook = spec.lifecycle?.preStop
  if (hook?.sleep?.seconds != null)
    return {
      seconds: hook.sleep.seconds,
      field: 'lifecycle.preStop.sleep.seconds',
      text: `${hook.sleep.seconds}`,
    }
  const command = hook?.exec?.command
  if (!command) return undefined
  const script = shellScript(command) ?? command.join(' ')
  // A sleep inside of a condition or a loop may happen never, or often.
  if (/\b(if|while|until|for|case|break|exit)\b|&&|\|\||&\s*$/.test(script)) return undefined
  const sleeps = [...script.matchAll(/(?:^|[\s;])(?:\/(?:usr\/)?bin\/)?sleep\s+(\d+)(s|m)?(?=$|[\s;])/g)]
  const seconds = sleeps.reduce((sum, [, value, unit]) => sum + Number(value) * (unit === 'm' ? 60 : 1), 0)
  return seconds === 0
    ? undefined
    : { seconds, field: 'lifecycle.preStop.exec.command', text: JSON.stringify(command) }
}

const graceBelowPreStop: Rule = {
  id: 'grace-below-prestop',
  severity: 'Warning',
  summary:
    'The preStop hook sleeps for the whole grace period, so that the process is killed without a chance to end.',
  docs: DOCS.hooks,
  fix: 'Patch',
  coveredBy: ['slow-stop', 'prestop-failed'],
  *find(subject) {
    const grace = subject.spec.terminationGracePeriodSeconds ?? 30
    for (const container of subject.containers) {
      const sleep = preStopSeconds(container)
      if (sleep === undefined || sleep.seconds < grace) continue
      yield {
        container: container.name,
        summary: `preStop hook of container ${container.name} sleeps ${sleep.seconds}s; the grace period is ${grace}s`,
        explanation:
          'The grace period counts from the deletion of the pod, and the hook runs inside of it. SIGTERM comes after the ' +
          'hook: here the time is over by then, and SIGKILL follows at once (after two more seconds at most).',
        evidence: [
          specEvidence(container, sleep.field, sleep.text),
          templateEvidence(subject, 'terminationGracePeriodSeconds', `${grace}`),
        ],
        fixes: [
          fixPodSpec(
            subject,
            ['Raise', `terminationGracePeriodSeconds to ${sleep.seconds + 30}, which leaves 30s to end`],
            { terminationGracePeriodSeconds: sleep.seconds + 30 },
          ),
        ],
      }
    }
  },
}

const JOBS: readonly string[] = ['Job', 'CronJob']

const jobWithLiveness: Rule = {
  id: 'job-with-liveness',
  severity: 'Info',
  summary: 'A container of a Job has a liveness probe, whose kills count as failures of the Job.',
  docs: DOCS.job,
  fix: 'Words',
  *find(subject) {
    if (!JOBS.includes(subject.workload.kind)) return
    for (const container of subject.containers) {
      if (container.type !== 'container' || !container.probes.some(({ type }) => type === 'liveness'))
        continue
      yield {
        container: container.name,
        probe: 'liveness',
        summary: `container ${container.name} of a ${subject.workload.kind} has a liveness probe`,
        explanation:
          'A Job ends by itself. A liveness probe that kills it uses up its backoffLimit. activeDeadlineSeconds ends one ' +
          'that hangs, without asking it.',
        evidence: [specEvidence(container, probeField('liveness'), 'set')],
        fixes: fixContainer(subject, container, ['Remove', 'the liveness probe'], { livenessProbe: null }),
      }
    }
  },
}

const readinessGate: Rule = {
  id: 'readiness-gate-without-condition',
  severity: 'Info',
  summary: 'Pods wait for a condition that only another controller can set.',
  docs: DOCS.lifecycle,
  fix: 'Words',
  coveredBy: ['readiness-gate'],
  *find(subject) {
    const { pods } = subject.workload
    const missing = (subject.spec.readinessGates ?? [])
      .map(({ conditionType }) => conditionType)
      .filter((type) => !pods.some((pod) => conditionOf(pod, type)?.status === 'True'))
    if (missing.length === 0) return
    yield {
      summary: `pods become ready only when something sets ${listed(missing)}`,
      explanation:
        'A readiness gate is a condition that a controller outside of the kubelet has to set to True on every pod. Where ' +
        'that controller is not installed, or does not know these pods, they never become ready, and a rollout stops.',
      evidence: missing.map((type, index) =>
        templateEvidence(subject, `readinessGates[${index}].conditionType`, type),
      ),
      fixes: [
        {
          title: `See that the controller which sets ${listed(missing)} runs in this cluster`,
          risk: 'Inspect',
        },
      ],
    }
  },
}

/** `name`, `host:5000/name`, `name:latest`; a digest is as exact as can be. */
const isLatest = (image: string): boolean =>
  !image.includes('@') && /^([^/]*\/)*[^/:]+(:latest)?$/.test(image) && image !== ''

const imageLatest: Rule = {
  id: 'image-latest',
  severity: 'Info',
  summary: 'An image has no tag or the tag latest, so that a restart may run another version.',
  docs: DOCS.images,
  fix: 'Words',
  *find({ containers }) {
    for (const container of containers) {
      const { image = '' } = container.spec
      if (!isLatest(image)) continue
      yield {
        container: container.name,
        summary: `container ${container.name} runs ${image}, whichever version that is at the time`,
        explanation:
          'Pods of one revision may run different versions, and a rollout back to an older revision gets the newest ' +
          'image again.',
        evidence: [specEvidence(container, 'image', image)],
        fixes: [{ title: 'Name the version or the digest that was tested', risk: 'Low' }],
      }
    }
  },
}

/** Rules on start and end of pods, beyond probes. */
export const LIFECYCLE_RULES: readonly Rule[] = [
  graceBelowPreStop,
  readinessGate,
  jobWithLiveness,
  imageLatest,
]
