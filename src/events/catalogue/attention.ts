/**
 * When an event of a reason deserves attention (docs/explain-events.md, docs/reference/events.md#B): as soon as it is
 * seen; when it repeats or nothing good follows; only as a step of what happened; hardly ever. Most attention first.
 */
export const ATTENTIONS = ['AtOnce', 'WhenRepeated', 'Step', 'HardlyEver'] as const
export type Attention = (typeof ATTENTIONS)[number]

/** For comparisons: the lower, the more attention. */
export const attentionRank = (attention: Attention): number => ATTENTIONS.indexOf(attention)

/** Ordinary life, which makes no incident of its own. */
export const isOrdinary = (attention: Attention): boolean =>
  attention === 'Step' || attention === 'HardlyEver'

/** The step of a pod's start in which a reason occurs: once the step is passed, the trouble is over. */
export type Stage = 'scheduling' | 'sandbox' | 'volume' | 'image' | 'start'

/** For `advice`: whoever reads the event need not act. */
export const NOTHING_TO_DO = undefined

/**
 * The part of its object that a trouble is about, so that only what is about the same part ends it: a container of a
 * pod, a volume, a pod or a claim of a controller.
 */
export type Part = 'Container' | 'Volume' | 'Member'
