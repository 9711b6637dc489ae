import type { Fields } from '../../model/kubernetes/fields.ts'
import { parseConditions } from './conditions.ts'
import { parsePodTemplate } from './pods.ts'
import { type Branch, branch, field, numberOf, timeOf, valueAt } from './tree.ts'

/** `Replicas: 3 desired | 1 updated | 3 total | 2 available | 1 unavailable`, or `2 current / 3 desired`. */
export function workloadFields(tree: readonly Branch[]): Fields {
  const counts = valueAt(tree, 'Replicas') ?? ''
  const count = (word: string) => numberOf(new RegExp(String.raw`(\d+) ${word}`).exec(counts)?.[1])
  const daemons = (key: string) => numberOf(branch(tree, key)?.value)
  return {
    spec: {
      ...field('replicas', count('desired')),
      template: parsePodTemplate(branch(tree, 'Pod Template')),
    },
    status: {
      ...field('replicas', count('total') ?? count('current')),
      ...field('updatedReplicas', count('updated')),
      ...field('availableReplicas', count('available')),
      ...field('unavailableReplicas', count('unavailable')),
      ...field('desiredNumberScheduled', daemons('Desired Number of Nodes Scheduled')),
      ...field('currentNumberScheduled', daemons('Current Number of Nodes Scheduled')),
      ...field('numberAvailable', daemons('Number of Nodes Scheduled with Available Pods')),
      conditions: parseConditions(branch(tree, 'Conditions')),
    },
  }
}

/** What the describe of a Job has of its spec and status. */
export function jobFields(tree: readonly Branch[]): Fields {
  const counts = /(\d+) Active.*\/ (\d+) Succeeded \/ (\d+) Failed/.exec(valueAt(tree, 'Pods Statuses') ?? '')
  return {
    spec: {
      ...field('parallelism', numberOf(valueAt(tree, 'Parallelism'))),
      ...field('completions', numberOf(valueAt(tree, 'Completions'))),
      ...field('backoffLimit', numberOf(valueAt(tree, 'Backoff Limit'))),
      ...field('activeDeadlineSeconds', numberOf(valueAt(tree, 'Active Deadline Seconds'))),
      template: parsePodTemplate(branch(tree, 'Pod Template')),
    },
    status: {
      ...field('startTime', timeOf(valueAt(tree, 'Start Time'))),
      ...field('completionTime', timeOf(valueAt(tree, 'Completed At'))),
      ...field('active', numberOf(counts?.[1])),
      ...field('succeeded', numberOf(counts?.[2])),
      ...field('failed', numberOf(counts?.[3])),
    },
  }
}
