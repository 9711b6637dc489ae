import { broken, ordinary, type ReasonRow, rows, suspicious } from '../types.ts'

/** It drops what it has told lately, so that nothing of it is seen to repeat (docs/reference/events.md#B6). */
const TOLD_ONCE: Partial<ReasonRow> = { attention: 'AtOnce', notInStatus: true }

/**
 * karpenter (docs/reference/events.md#B6). Before the scheduler, because it writes FailedScheduling and Evicted, too.
 */
export const KARPENTER: readonly ReasonRow[] = rows({ components: ['karpenter'], kinds: [] }, [
  ordinary('Nominated', 'A node for the pod is on its way'),
  broken(
    'FailedScheduling',
    'No node pool can make a node for the pod',
    'Compare the requirements and limits of the node pools with the pod',
    { causeCode: 'unschedulable', stage: 'scheduling', resolvedBy: ['Scheduled'] },
  ),
  broken(
    'NoCompatibleInstanceTypes',
    'The requirements of the node pool leave no machine type',
    'Relax the requirements',
    { notInStatus: true },
  ),
  broken(
    'InsufficientCapacityError',
    'The cloud has no such machine at the moment',
    'Allow more machine types and zones',
    {
      notInStatus: true,
    },
  ),
  broken('NodeClassNotReady', 'The node class is not ready', 'Read the conditions of the node class', {
    notInStatus: true,
  }),
  broken(
    'UnregisteredTaintMissing',
    'The node came up without the taint that it starts with',
    'Check its start script',
    {
      notInStatus: true,
    },
  ),
  suspicious(
    'FailedConsistencyCheck',
    'The node came up different from what was ordered',
    'Read the message',
    TOLD_ONCE,
  ),
  ordinary('DisruptionLaunching', 'A node that replaces another one is being made'),
  ordinary('DisruptionWaitingReadiness', 'A node that replaces another one is about to be ready'),
  ordinary('DisruptionTerminating', 'A node is removed by karpenter, and its pods move'),
  ordinary(
    'DisruptionBlocked',
    'The node cannot be removed now, because a budget or an annotation forbids it',
    'HardlyEver',
  ),
  ...['Unconsolidatable', 'ConsolidationCandidate', 'ConsolidationRejected', 'ConsolidationApproved'].map(
    (reason) => ordinary(reason, 'karpenter considered replacing the node by a cheaper one', 'HardlyEver'),
  ),
  suspicious(
    'FailedDraining',
    'The node waits for pods that cannot be evicted yet',
    'Look for budgets that refuse',
    TOLD_ONCE,
  ),
  suspicious(
    'TerminationGracePeriodExpiring',
    'The node is about to be deleted by force, with the pods that are left',
    'Move these pods now',
    { attention: 'AtOnce', notInStatus: true },
  ),
  ordinary('AwaitingVolumeDetachment', 'The node waits for its volumes to be detached', 'WhenRepeated'),
  ordinary('Evicted', 'karpenter moved the pod to another node'),
  ordinary('Disrupted', 'karpenter deleted the pod because its node goes away', 'WhenRepeated'),
  suspicious(
    'NodeRepairBlocked',
    'A sick node is not replaced, because too many are sick',
    'Look at the nodes',
    TOLD_ONCE,
  ),
  suspicious(
    'InvalidDoNotDisruptAnnotation',
    'The do-not-disrupt annotation is not valid and was ignored',
    'Correct it',
    TOLD_ONCE,
  ),
  ordinary('DoNotDisruptUntil', 'The pod is protected from being moved for some time'),
  ordinary('DoNotDisruptGracePeriodElapsed', 'The protection of the pod has ended'),
])
