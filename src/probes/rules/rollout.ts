import { specEvidence } from '../../diagnosis/evidence.ts'
import { killWindow, probeField } from '../../model/kubernetes/probe.ts'
import { humanDuration } from '../../model/text/time.ts'
import { plural } from '../../model/text/words.ts'
import { DOCS, probeOfType, probesOf, type Rule, type RuleSubject } from './rule.ts'
import { workloadEvidence } from './shared/evidence.ts'
import { fixWorkload } from './shared/fixes.ts'
import {
  autoscalerOf,
  deploymentSpec,
  rolloutSteps,
  selectorEvidence,
  servedBy,
  serviceNames,
} from './shared/serving.ts'

const noReadiness: Rule = {
  id: 'no-readiness-probe',
  severity: 'Info',
  summary:
    'A Service sends traffic to pods as soon as their process runs, because they have no readiness probe.',
  docs: DOCS.probeConcepts,
  fix: 'Words',
  *find(subject) {
    const services = servedBy(subject).filter(({ spec }) => !spec?.publishNotReadyAddresses)
    if (services.length === 0 || subject.spec.readinessGates?.length) return
    if ([...probesOf(subject)].some(({ probe }) => probe.type === 'readiness')) return
    const waits = [...probesOf(subject)].some(({ probe }) => probe.type === 'startup')
    yield {
      summary: `${serviceNames(services)} ${services.length === 1 ? 'sends' : 'send'} traffic to pods without a readiness probe`,
      explanation:
        `A container without a readiness probe counts as ready once it ${waits ? 'has started' : 'runs'}` +
        `${waits ? '' : ', before it can answer'}. Requests of every start and every rollout may fail, and a pod that can't serve ` +
        'stays in service.',
      evidence: selectorEvidence(services),
      fixes: [
        {
          title: 'Add a readiness probe that asks for what the Service sends: same port, a cheap path',
          risk: 'Low',
        },
      ],
    }
  },
}

const noPreStop: Rule = {
  id: 'prestop-missing-with-service',
  severity: 'Info',
  summary: 'Pods behind a Service get SIGTERM while traffic is still on its way to them.',
  docs: DOCS.hooks,
  fix: 'Words',
  *find(subject) {
    const services = servedBy(subject)
    if (services.length === 0) return
    if (subject.containers.some(({ spec }) => spec.lifecycle?.preStop)) return
    yield {
      summary: `pods behind ${serviceNames(services)} have no preStop hook`,
      explanation:
        'When a pod is deleted, SIGTERM and its removal from the endpoints happen at the same time, and the removal takes ' +
        'a moment to reach every node. An application that closes its port at once refuses requests in between. Either it ' +
        'goes on serving for some seconds after SIGTERM, or a preStop hook waits for it.',
      evidence: selectorEvidence(services),
      fixes: [
        {
          title:
            'Wait some seconds first, unless the application does: lifecycle.preStop.sleep.seconds: 5 (since 1.30)',
          risk: 'Low',
        },
      ],
    }
  },
}

const singleReplica: Rule = {
  id: 'single-replica-with-service',
  severity: 'Info',
  summary: 'A Service has one pod behind it, so that every restart and every drain interrupts it.',
  docs: DOCS.disruptions,
  fix: 'Words',
  *find(subject) {
    const services = servedBy(subject)
    const { replicas } = subject.workload
    // An autoscaler that may go down to one has a rule of its own.
    if (services.length === 0 || replicas !== 1 || autoscalerOf(subject) !== undefined) return
    yield {
      summary: `${serviceNames(services)} ${services.length === 1 ? 'has' : 'have'} one pod only`,
      explanation:
        'While this pod is restarted, evicted or moved, nothing serves. A PodDisruptionBudget does not help: it can only ' +
        'keep the node from being drained.',
      evidence: [workloadEvidence(subject, 'spec.replicas', '1'), ...selectorEvidence(services)],
      fixes: [{ title: 'Run two, if the application can run more than once at a time', risk: 'Low' }],
    }
  },
}

const stopsServing: Rule = {
  id: 'rollout-stops-serving',
  severity: 'Warning',
  summary: 'A rollout may take down all pods of a Service at once.',
  docs: DOCS.deployment,
  fix: 'Patch',
  *find(subject) {
    const services = servedBy(subject)
    const rolling = deploymentSpec(subject)?.strategy?.rollingUpdate
    const replicas = Math.max(subject.workload.replicas ?? 1, autoscalerOf(subject)?.spec?.minReplicas ?? 1)
    const steps = rolloutSteps(subject, replicas)
    if (services.length === 0 || rolling == null || steps === undefined || replicas === 0) return
    // Both written as 0 is refused by the API server, which another rule says.
    if (steps.unavailable < replicas || (steps.rounded && /^0%?$/.test(`${rolling.maxUnavailable}`))) return
    const written = `${rolling.maxUnavailable}`
    const how = steps.rounded ? ', rounded to 0 and with maxSurge 0 taken as 1,' : ''
    yield {
      summary: `maxUnavailable ${written}${how} lets a rollout take down ${replicas === 1 ? 'the only pod' : `all ${replicas} pods`} of ${serviceNames(services)}`,
      explanation:
        'The old pods are deleted before new ones are ready, so that nothing serves for as long as a start takes; where ' +
        'the new revision does not start at all, nothing serves until somebody notices.',
      evidence: [
        workloadEvidence(subject, 'spec.strategy.rollingUpdate.maxUnavailable', `${written}`),
        workloadEvidence(subject, 'spec.replicas', `${replicas}`),
        ...selectorEvidence(services),
      ],
      fixes: [
        fixWorkload(subject, 'Start new pods first: maxUnavailable 0, maxSurge 1', {
          strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        }),
      ],
    }
  },
}

/** Seconds until the pods count for the rollout, at the earliest and, if they start at all, at the latest. */
function startOf({ containers }: RuleSubject) {
  const delays = containers.flatMap((container) => {
    const readiness = probeOfType(container, 'readiness')
    return readiness === undefined
      ? []
      : [{ container, probe: readiness, seconds: readiness.initialDelaySeconds }]
  })
  const budgets = containers.flatMap((container) => {
    const startup = probeOfType(container, 'startup')
    return startup === undefined
      ? []
      : [{ container, probe: startup, seconds: killWindow(startup, startup.timeoutSeconds).max }]
  })
  const longest = <T extends { seconds: number }>(all: readonly T[]) =>
    all.reduce<T | undefined>(
      (best, one) => (best === undefined || one.seconds > best.seconds ? one : best),
      undefined,
    )
  return { delay: longest(delays), budget: longest(budgets) }
}

const deadlineBelowStart: Rule = {
  id: 'progress-deadline-below-startup',
  severity: 'Warning',
  summary: 'A rollout is given up while its pods are still allowed to start.',
  docs: DOCS.deployment,
  fix: 'Patch',
  coveredBy: ['progress-deadline'],
  *find(subject) {
    const spec = deploymentSpec(subject)
    if (spec === undefined) return
    const deadline = spec.progressDeadlineSeconds ?? 600
    const { delay, budget } = startOf(subject)
    const never = delay !== undefined && delay.seconds >= deadline
    const slowest = never ? delay : budget
    if (slowest === undefined || (!never && slowest.seconds <= deadline)) return
    const wanted = Math.ceil(slowest.seconds + 60)
    yield {
      container: slowest.container.name,
      probe: slowest.probe.type,
      ...(never ? {} : { severity: 'Info' as const }),
      summary: never
        ? `progressDeadlineSeconds is ${deadline}, and the readiness probe only begins after ${humanDuration(slowest.seconds)}`
        : `progressDeadlineSeconds is ${deadline}, and the startup probe allows ${humanDuration(slowest.seconds)}`,
      explanation:
        `The Deployment reports ProgressDeadlineExceeded${never ? ' on every rollout' : ' though a pod may still start well'}, and pipelines ` +
        'that wait with kubectl rollout status fail. The pods go on all the same.',
      evidence: [
        workloadEvidence(subject, 'spec.progressDeadlineSeconds', `${deadline}`),
        specEvidence(
          slowest.container,
          `${probeField(slowest.probe.type)}.${never ? 'initialDelaySeconds' : 'failureThreshold'}`,
          `${never ? slowest.probe.initialDelaySeconds : slowest.probe.failureThreshold}`,
        ),
      ],
      fixes: [
        fixWorkload(subject, `Raise progressDeadlineSeconds to ${wanted}`, {
          progressDeadlineSeconds: wanted,
        }),
      ],
    }
  },
}

const minReadyWithoutReadiness: Rule = {
  id: 'min-ready-seconds-without-readiness',
  severity: 'Info',
  summary: 'minReadySeconds counts from the start of the process, because there is no readiness probe.',
  docs: DOCS.deployment,
  fix: 'Words',
  *find(subject) {
    const spec = subject.workload.object as { spec?: { minReadySeconds?: number } } | undefined
    const seconds = spec?.spec?.minReadySeconds ?? 0
    if (seconds === 0 || [...probesOf(subject)].some(({ probe }) => probe.type !== 'liveness')) return
    yield {
      summary: `minReadySeconds is ${seconds}, and no container has a readiness probe`,
      explanation:
        `A rollout waits ${plural(seconds, 'second')} for each pod to stay ready, and without a readiness probe ready means that the ` +
        'process runs. That finds crashes, and nothing else.',
      evidence: [workloadEvidence(subject, 'spec.minReadySeconds', `${seconds}`)],
      fixes: [{ title: 'Add a readiness probe, so that the time counts from the first answer', risk: 'Low' }],
    }
  },
}

/** Rules on rollouts and on traffic. */
export const ROLLOUT_RULES: readonly Rule[] = [
  stopsServing,
  deadlineBelowStart,
  noReadiness,
  noPreStop,
  singleReplica,
  minReadyWithoutReadiness,
]
