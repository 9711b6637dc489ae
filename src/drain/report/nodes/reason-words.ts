import { nameOf } from '../../../model/kubernetes/reference.ts'
import { compareText } from '../../../model/text/sort.ts'
import { goDuration } from '../../../model/text/time.ts'
import { listed, plural } from '../../../model/text/words.ts'
import { evictionErrorMessage, refusalCause } from '../../disruption/eviction.ts'
import type { PlannedReason } from '../../types/node.ts'
import type { NodeReason } from './reason.ts'
import { refusalLine } from './refusal-line.ts'
import { reviewerName, reviewerText } from './reviewer-words.ts'

/** A reason as the plan tells it. */
export function plannedReason(reason: NodeReason): PlannedReason {
  const { code, pods, budgets } = reason
  const named = namedPods(reason)
  const decidedBy = deciderOf(reason)
  return {
    code,
    message: messageOf(reason),
    pods,
    budgets,
    ...(decidedBy === undefined ? {} : { decidedBy }),
    text: textOf(reason),
    unnamedPods: pods.filter((pod) => !named.includes(pod)),
  }
}

/** What is the matter, told of several nodes at once: it names the pods of none. */
export function messageWithoutPods(reason: NodeReason): string {
  switch (reason.code) {
    case 'daemonset-pods':
    case 'daemonset-missing':
    case 'local-storage':
    case 'unmanaged-pods':
      return reason.refusal
    default:
      return messageOf(reason)
  }
}

/** Words of what happens on every course, and of what happens on some only; each for one pod, and for several. */
interface Phrases {
  readonly certain: readonly [one: string, several: string]
  readonly possible: readonly [one: string, several: string]
}

const PENDING: Phrases = {
  certain: ['the replacement stays', 'the replacements stay'],
  possible: ['the replacement may stay', 'the replacements may stay'],
}
const LOST: Phrases = {
  certain: ['the pod is not', 'the pods are not'],
  possible: ['the pod may not be', 'the pods may not be'],
}

const phrase = ({ certain, possible }: Phrases, isCertain: boolean, pods: readonly string[]): string =>
  (isCertain ? certain : possible)[pods.length > 1 ? 1 : 0]

/** One sentence, which names no namespace of a budget: the API server doesn't. */
function messageOf(reason: NodeReason): string {
  const { pods } = reason
  switch (reason.code) {
    case 'daemonset-pods':
    case 'daemonset-missing':
    case 'local-storage':
    case 'unmanaged-pods':
      return `${reason.refusal}: ${pods.join(', ')}`
    case 'not-read':
    case 'not-known':
      return reason.doubt
    case 'list-not-read':
      return `${reason.resource} were not read, or not as a whole, so it is not known what becomes of ${plural(pods.length, 'pod')}`
    case 'budgets-not-read':
      return `PodDisruptionBudgets were not read, so it is not known whether ${plural(pods.length, 'pod')} may be evicted`
    case 'order-dependent':
      return `kubectl evicts in random order, and the order decides: ${orderAdvice(reason.last)}`
    case 'eviction-fails':
      return evictionErrorMessage(reason.error)
    case 'budget-refuses':
      return refusalCause(reason.budget, reason.refusal)
    case 'not-reached':
      return reason.certain
        ? `kubectl cordons this node and then waits for ever on ${reason.after}; with --timeout it would go on`
        : `kubectl gets to this node only if it gets done with ${reason.after}`
    case 'operator-decides':
      return operatorText(reason)
    case 'admission-decides':
      return reviewerText(reason.reviewer)
    case 'finalizer':
      return `the eviction is accepted, but a finalizer keeps the pod: ${reason.finalizers.join(', ')}`
    case 'node-not-ready':
      return 'the eviction is accepted, but the kubelet of this node does not report, so the pod never ends'
    case 'deadline':
      return deadlineText(reason)
    case 'replacement-pending':
      return `${phrase(PENDING, reason.certain, pods)} Pending${untilText(reason.until)}: ${reason.why}`
    case 'replacement-preempts':
      return `the replacement ${reason.certain ? 'pushes' : 'may push'} out pods of lower priority: ${victimsText(reason.victims)}`
    case 'pod-lost':
      return `${phrase(LOST, reason.certain, pods)} replaced: ${reason.why}`
  }
}

type Operated = NodeReason & { readonly code: 'operator-decides' }

/** Who decides, where that is nobody of Kubernetes' own. */
export function deciderOf(reason: NodeReason): string | undefined {
  if (reason.code === 'admission-decides') return reviewerName(reason.reviewer)
  if (reason.code !== 'operator-decides') return undefined
  return reason.about === 'Eviction' ? reason.stand.operator : reason.operator
}

/** What is known of the operator, and what happens if it does nothing. */
function operatorText(reason: Operated): string {
  if (reason.about === 'Replacement') return `the pod may not be replaced: ${reason.why}`
  const { budget, stand } = reason
  const refuses = `PDB ${nameOf(budget)} refuses, and kubectl waits`
  return stand.rule === undefined
    ? `${refuses}; whether ${stand.operator} lets the pod go is not known`
    : `${refuses}; ${stand.operator} ${stand.rule.does}`
}

type Late = NodeReason & { readonly code: 'deadline' }

/** Says what is sure, what it rests on, and which time would do. */
function deadlineText({ certain, deadlineSeconds, takes, rounds, graceSeconds, pods }: Late): string {
  const gives = `kubectl gives up after ${goDuration(deadlineSeconds)} (--timeout)`
  const enough =
    takes.max === undefined ? '' : `; --timeout=${goDuration(Math.ceil(takes.max / 60) * 60)} is enough`
  if (rounds === undefined)
    return pods.length === 1
      ? `${gives}: the node drains in time only if ${pods[0]} ends before that, and its grace period is ${goDuration(graceSeconds)}${enough}`
      : `${gives}: the node drains in time only if ${pods.length} pods end before that, and their grace periods are up to ${goDuration(graceSeconds)}${enough}`
  const lets = `${gives}: PDB ${nameOf(rounds.budget)} lets ${pods.length} pods go in ${rounds.count} rounds, each when the pods of the one before are replaced and Ready`
  if (certain) return `${lets}, which takes ${goDuration(takes.min)} or more, as its pods started so far`
  return takes.max === undefined
    ? `${lets}, and how long a start takes is not known`
    : `${lets}, which may take ${goDuration(takes.max)}${enough}`
}

const untilText = (nodes: readonly string[]): string =>
  nodes.length === 0
    ? ''
    : ` until ${nodes.length > MANY ? 'their nodes' : listed(nodes)} ${nodes.length > 1 ? 'are' : 'is'} uncordoned`

/** More nodes than this are not named in a sentence. */
const MANY = 4

const orderAdvice = (last: readonly string[]): string =>
  last.length > 0
    ? `it drains when the pods whose replacements find a place go first and ${listed(last)} last`
    : 'it depends on which pods go first and where their replacements land'

/** The victims of one course joined by and, those of different courses by or. */
const victimsText = (victims: readonly (readonly string[])[]): string =>
  listed([...new Set(victims.map((own) => listed(own)))].sort(compareText), 'or')

/** The message for a reader who sees all namespaces. */
function textOf(reason: NodeReason): string {
  if (reason.code === 'budget-refuses') return refusalLine(reason.budget, reason.refusal, reason.facts)
  const message = messageOf(reason)
  return reason.budgets.length === 0 || reason.code === 'deadline' || reason.code === 'operator-decides'
    ? message
    : `${message} PDBs: ${reason.budgets.join(', ')}`
}

/** Pods that the message has already. */
function namedPods(reason: NodeReason): readonly string[] {
  switch (reason.code) {
    case 'daemonset-pods':
    case 'daemonset-missing':
    case 'local-storage':
    case 'unmanaged-pods':
      return reason.pods
    case 'order-dependent':
      return reason.last
    case 'deadline':
      return reason.rounds !== undefined || reason.pods.length === 1 ? reason.pods : []
    case 'replacement-preempts':
      return reason.victims.flat()
    default:
      return []
  }
}
