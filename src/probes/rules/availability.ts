import { commandOf, inNamespace, nameWord } from '../../model/command/command.ts'
import { scaledValue } from '../../model/kubernetes/intstr.ts'
import type { PodDisruptionBudget } from '../../model/kubernetes/objects.ts'
import { listed, plural } from '../../model/text/words.ts'
import { DOCS, isApplied, type Remark, type Rule, type RuleSubject } from './rule.ts'
import { objectEvidence, workloadEvidence } from './shared/evidence.ts'
import { fixObject } from './shared/fixes.ts'
import {
  autoscalerOf,
  budgetsOf,
  fewestPods,
  selectorEvidence,
  servedBy,
  serviceNames,
} from './shared/serving.ts'
import { strayBudgets } from './shared/stray-budgets.ts'

const budgetNames = (budgets: readonly PodDisruptionBudget[]): string =>
  `${budgets.length === 1 ? 'PDB' : 'PDBs'} ${listed(budgets.map(({ metadata }) => metadata.name))}`

const missing: Rule = {
  id: 'disruption-budget-missing',
  severity: 'Info',
  summary: 'No PodDisruptionBudget keeps a drain from taking down all pods of a Service at once.',
  docs: DOCS.budgets,
  fix: 'Command',
  *find(subject) {
    const { workload, podInfo } = subject
    const services = servedBy(subject)
    const pods = fewestPods(subject) ?? 0
    const labels = Object.entries(podInfo.pod.metadata.labels ?? {})
    // The budget of a manifest may well be in another file.
    const known = isApplied(workload) || subject.cluster.objects.poddisruptionbudgets.length > 0
    // A DaemonSet is never evicted, and one pod is not helped by a budget.
    if (
      !known ||
      services.length === 0 ||
      pods < 2 ||
      budgetsOf(subject)?.length !== 0 ||
      labels.length === 0 ||
      strayBudgets(subject).length > 0
    )
      return
    yield {
      summary: `no PDB covers the ${pods} pods behind ${serviceNames(services)}`,
      explanation:
        'Without a PDB, kubectl drain and the upgrades of node pools evict all pods of a node at once. Where they ' +
        'stand on the nodes that are drained, nothing serves until new ones are ready.',
      evidence: selectorEvidence(services),
      fixes: [
        {
          title: 'Let one pod at a time be evicted',
          risk: 'Low',
          ...commandOf([
            ...['kubectl', 'create', 'poddisruptionbudget', nameWord('PodDisruptionBudget', workload.name)],
            ...inNamespace(workload.namespace),
            `--selector=${labels.map(([key, value]) => `${key}=${value}`).join(',')}`,
            '--max-unavailable=1',
          ]),
        },
      ],
    }
  },
}

interface Never {
  readonly field: 'minAvailable' | 'maxUnavailable' | undefined
  readonly value?: number | string
  readonly words: string
}

/** Why a budget can never allow an eviction while there are so many pods, even if all are healthy. */
function neverAllows({ spec }: PodDisruptionBudget, pods: number): Never | undefined {
  const fields = (['minAvailable', 'maxUnavailable'] as const).filter((field) => spec?.[field] != null)
  // A budget without either expects no pods, and so allows no disruption (docs/reference/disruption-budgets.md#B3).
  if (fields.length === 0) return { field: undefined, words: 'neither minAvailable nor maxUnavailable' }
  for (const field of fields) {
    const value = spec?.[field] as number | string
    const scaled = scaledValue(value, pods)
    if (scaled !== undefined && (field === 'minAvailable' ? scaled >= pods : scaled === 0))
      return { field, value, words: `${field} ${value}${roundedText(value, pods)}` }
  }
  return undefined
}

/** `, which rounds up to 3`, where it does. */
function roundedText(value: number | string, pods: number): string {
  const up = scaledValue(value, pods)
  return up === scaledValue(value, pods, 'down') ? '' : `, which rounds up to ${up},`
}

const blocks: Rule = {
  id: 'disruption-budget-blocks',
  severity: 'Warning',
  summary: 'A PodDisruptionBudget never allows an eviction, so that no drain of these nodes ends.',
  docs: DOCS.budgets,
  fix: 'Patch',
  *find(subject): Generator<Remark> {
    const pods = fewestPods(subject)
    // A budget over several workloads counts them all.
    if (pods === undefined || pods === 0) return
    for (const budget of budgetsOf(subject) ?? []) {
      const found = neverAllows(budget, pods)
      if (
        found === undefined ||
        (found.field === 'minAvailable' && found.value !== '100%' && isShared(subject, budget))
      )
        continue
      const { name } = budget.metadata
      yield {
        summary: `PDB ${name} has ${found.words} for ${plural(pods, 'pod')}: none may ever be evicted`,
        explanation:
          'A PDB allows an eviction only while more pods are healthy than it wants. Here that is never so, and ' +
          'kubectl drain tries until somebody stops it. kubectl drain-plan shows what that means for a node.',
        evidence: [
          objectEvidence(budget, found.field === undefined ? 'spec' : `spec.${found.field}`, found.words),
          workloadEvidence(subject, 'spec.replicas', `${pods}`),
        ],
        fixes: [
          fixObject(
            budget,
            `Let one pod at a time go: maxUnavailable 1${pods === 1 ? ' (it is the only one: run two first)' : ''}`,
            { minAvailable: null, maxUnavailable: 1 },
          ),
        ],
      }
    }
  },
}

/** Whether the budget counts pods of other workloads, too. */
const isShared = ({ cluster, workload }: RuleSubject, { spec }: PodDisruptionBudget): boolean =>
  cluster
    .workloads()
    .some(
      (other) =>
        other !== workload &&
        other.namespace === workload.namespace &&
        Object.entries(spec?.selector?.matchLabels ?? {}).every(
          ([key, value]) => other.template?.metadata?.labels?.[key] === value,
        ),
    )

const selectsNothing: Rule = {
  id: 'disruption-budget-selects-nothing',
  severity: 'Warning',
  summary: 'A PodDisruptionBudget that seems to be meant for these pods selects none.',
  docs: DOCS.budgets,
  fix: 'Patch',
  *find(subject): Generator<Remark> {
    const labels = subject.podInfo.pod.metadata.labels ?? {}
    if (Object.keys(labels).length === 0) return
    for (const budget of strayBudgets(subject)) {
      const { matchLabels = {}, matchExpressions } = budget.spec?.selector ?? {}
      const asked = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
      const others = Object.keys(matchLabels).filter((key) => !(key in labels))
      yield {
        confidence: 'Likely',
        summary: `PDB ${budget.metadata.name} selects no pod${asked.length === 0 ? '' : `: none has ${asked.join(',')}`}`,
        explanation:
          'A PDB protects the pods that its selector matches, and this one matches none, so that kubectl drain and ' +
          'upgrades of nodes evict all pods of a node at once. Nothing else says so: a PDB without pods is valid.',
        evidence: [objectEvidence(budget, 'spec.selector', JSON.stringify(budget.spec?.selector))],
        fixes: [
          fixObject(budget, `Let it select the pods of ${subject.workload.kind} ${subject.workload.name}`, {
            selector: {
              matchLabels: { ...Object.fromEntries(others.map((key) => [key, null])), ...labels },
              ...(matchExpressions === undefined ? {} : { matchExpressions: null }),
            },
          }),
        ],
      }
    }
  },
}

const overlap: Rule = {
  id: 'disruption-budgets-overlap',
  severity: 'Warning',
  summary: 'Two PodDisruptionBudgets count the same pods, which makes every eviction an error.',
  docs: DOCS.budgets,
  fix: 'Words',
  *find(subject) {
    const budgets = budgetsOf(subject) ?? []
    if (budgets.length < 2) return
    yield {
      summary: `${budgetNames(budgets)} all select these pods`,
      explanation:
        'The API server refuses to evict a pod that more than one PDB counts, with an error and not with "later". ' +
        'kubectl drain fails on it at once.',
      evidence: budgets.map((budget) =>
        objectEvidence(budget, 'spec.selector', JSON.stringify(budget.spec?.selector)),
      ),
      fixes: [{ title: `Keep one of ${budgetNames(budgets)}`, risk: 'Low' }],
    }
  },
}

const keepsBroken: Rule = {
  id: 'disruption-budget-keeps-broken-pods',
  severity: 'Info',
  summary:
    'A PodDisruptionBudget also protects pods that are not ready, so that a broken workload blocks drains.',
  docs: DOCS.budgets,
  fix: 'Patch',
  optIn: 'WhileReady',
  *find(subject) {
    for (const budget of budgetsOf(subject) ?? []) {
      const policy = budget.spec?.unhealthyPodEvictionPolicy
      if (policy === 'AlwaysAllow') continue
      yield {
        summary: `PDB ${budget.metadata.name} has unhealthyPodEvictionPolicy ${policy ?? 'IfHealthyBudget'}`,
        explanation:
          'Pods that run and are not ready are evicted only while enough others are healthy. Where a release is broken, ' +
          'none are, and a drain waits for it to be mended.',
        evidence: [objectEvidence(budget, 'spec.unhealthyPodEvictionPolicy', policy ?? 'not set')],
        fixes: [
          fixObject(budget, 'Always allow the eviction of pods that are not ready', {
            unhealthyPodEvictionPolicy: 'AlwaysAllow',
          }),
        ],
      }
    }
  },
}

const minimumOne: Rule = {
  id: 'autoscaler-minimum-one',
  severity: 'Info',
  summary:
    'An autoscaler may leave one pod behind a Service, which every restart and every drain then interrupts.',
  docs: DOCS.autoscaling,
  fix: 'Patch',
  *find(subject) {
    const services = servedBy(subject)
    const scaler = autoscalerOf(subject)
    const { minReplicas = 1, maxReplicas = 0 } = scaler?.spec ?? {}
    if (scaler === undefined || services.length === 0 || (minReplicas ?? 1) > 1) return
    yield {
      summary: `autoscaler ${scaler.metadata.name} goes down to ${minReplicas} ${minReplicas === 1 ? 'pod' : 'pods'} behind ${serviceNames(services)}`,
      explanation:
        'When little is asked of the application, one pod is left, and while that one is restarted, evicted or moved ' +
        'nothing serves.',
      evidence: [
        objectEvidence(scaler, 'spec.minReplicas', `${scaler.spec?.minReplicas ?? 'not set'}`),
        ...selectorEvidence(services),
      ],
      fixes:
        maxReplicas > 1
          ? [fixObject(scaler, 'Keep at least two: minReplicas 2', { minReplicas: 2 })]
          : [{ title: 'Let the autoscaler have at least two', risk: 'Low' }],
    }
  },
}

/** Rules on how many pods are left when nodes are drained or load is low. */
export const AVAILABILITY_RULES: readonly Rule[] = [
  overlap,
  blocks,
  selectsNothing,
  missing,
  keepsBroken,
  minimumOne,
]
