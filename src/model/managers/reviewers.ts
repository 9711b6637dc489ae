import type { Labels } from '../kubernetes/selector.ts'

/** A webhook on evictions that is known by the name that its project gives it. */
export interface KnownReviewer {
  readonly code: ReviewerCode
  readonly webhook: string
  /** As people call it. */
  readonly name: string
  /** Whether it may refuse the eviction of a pod with these labels; it lets all others go. */
  readonly about: (labels: Labels) => boolean
  /** What it does with these, as the second half of a sentence whose subject it is. */
  readonly does: string
  /** What it goes by that is not read, where it is asked about every pod and refuses none by itself. */
  readonly goesBy?: string
}

export type ReviewerCode = 'strimzi-drain-cleaner' | 'kubevirt' | 'gatekeeper'

/** The ends of `strimzi.io/name` by which the Drain Cleaner knows its pods. */
const CLEANED = ['-kafka', '-zookeeper']

/**
 * Webhooks on evictions of which it is documented what they refuse, with the sources in
 * docs/reference/managed-objects.md#reviewers. To add one: a row here, its row there, and a case in
 * `test/drain/admission.test.ts`.
 */
export const REVIEWERS: readonly KnownReviewer[] = [
  {
    code: 'strimzi-drain-cleaner',
    webhook: 'strimzi-drain-cleaner.strimzi.io',
    name: 'Strimzi Drain Cleaner',
    about: (labels) =>
      labels['strimzi.io/kind'] === 'Kafka' &&
      CLEANED.some((end) => labels['strimzi.io/name']?.endsWith(end)),
    does: 'denies the eviction and has Strimzi roll the pod onto another node: kubectl gives the pod up with an error, and drains the node when it is run again later; in its legacy mode it lets the PDB decide',
  },
  {
    code: 'kubevirt',
    webhook: 'virt-launcher-eviction-interceptor.kubevirt.io',
    name: 'KubeVirt',
    about: (labels) => labels['kubevirt.io'] === 'hotplug-disk',
    does: 'keeps the pod of a hotplugged volume until its virtual machine has left the node',
  },
  {
    code: 'gatekeeper',
    webhook: 'validation.gatekeeper.sh',
    name: 'Gatekeeper',
    about: () => false,
    does: 'refuses what its constraints say of evictions',
    goesBy: 'constraints',
  },
]
