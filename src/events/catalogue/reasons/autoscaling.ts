import { broken, ordinary, type ReasonInfo, rows, SITE, suspicious } from '../types.ts'

const HPA = `${SITE}/tasks/run-application/horizontal-pod-autoscale/`
const inactive = { holdsWhile: { condition: 'ScalingActive', status: 'False' } } as const
const unable = { holdsWhile: { condition: 'AbleToScale', status: 'False' } } as const

/** Horizontal and vertical autoscaling (spec/events.md B.6). */
export const AUTOSCALING: readonly ReasonInfo[] = [
  ...rows({ components: [], kinds: ['HorizontalPodAutoscaler'] }, [
    ordinary('SuccessfulRescale', 'The autoscaler changed the number of replicas.'),
    broken(
      'FailedRescale',
      'The autoscaler may not change the number of replicas.',
      'Read the error in the message.',
      {
        ...unable,
        closedBy: ['SuccessfulRescale'],
        see: HPA,
      },
    ),
    broken(
      'FailedGetScale',
      'The autoscaler cannot find the object that it is to scale.',
      'Correct scaleTargetRef: apiVersion, kind and name.',
      { ...unable, see: HPA },
    ),
    broken(
      'FailedGetResourceMetric',
      'The autoscaler does not get CPU or memory figures, so it does not scale.',
      'Check that metrics-server runs, and that every container of the pods has a request.',
      {
        ...inactive,
        severity: 'Warning',
        cases: [
          {
            name: 'hpa-request-missing',
            pattern: /missing request for/,
            meaning: 'A container has no request, so its utilisation cannot be computed.',
            advice: 'Set the request of the container that the message names.',
            severity: 'Error',
          },
          {
            name: 'hpa-no-pod-metrics',
            pattern: /no metrics returned|did not receive metrics/,
            meaning: 'There are no figures for the pods, as while they start or are not ready.',
            advice: 'Wait two minutes; then look at the pods and at metrics-server.',
            severity: 'Warning',
            noise: 1,
          },
          {
            name: 'hpa-metrics-api-down',
            pattern:
              /unable to fetch metrics from resource metrics API|could not find the requested resource/,
            meaning: 'The metrics API does not answer, so nothing is scaled by CPU or memory.',
            advice: 'Install or mend metrics-server: kubectl get apiservice v1beta1.metrics.k8s.io.',
            severity: 'Error',
          },
        ],
        see: HPA,
      },
    ),
    ...[
      'FailedGetContainerResourceMetric',
      'FailedGetPodsMetric',
      'FailedGetObjectMetric',
      'FailedGetExternalMetric',
    ].map((reason) =>
      broken(
        reason,
        'The autoscaler does not get a metric that it is to scale by.',
        'Check the metrics adapter, and the name of the metric.',
        { ...inactive, see: HPA },
      ),
    ),
    suspicious(
      'FailedComputeMetricsReplicas',
      'The autoscaler cannot compute the number of replicas, for lack of figures.',
      'Read the event that names the metric.',
      { ...inactive, see: HPA },
    ),
    broken('SelectorRequired', 'The object to be scaled has no selector.', 'Correct scaleTargetRef.', {
      ...inactive,
      see: HPA,
    }),
    broken(
      'InvalidSelector',
      'The selector of the object to be scaled cannot be read.',
      'Correct the selector.',
      {
        ...inactive,
        see: HPA,
      },
    ),
    broken('AmbiguousSelector', 'Two autoscalers want to scale the same pods.', 'Remove one of them.', {
      ...inactive,
      see: HPA,
    }),
    broken(
      'InvalidMetricSourceType',
      'The autoscaler names a type of metric that does not exist.',
      'Correct it.',
      {
        ...inactive,
        see: HPA,
      },
    ),
    suspicious('FailedUpdateStatus', 'The status of the autoscaler could not be written.', 'Nothing to do.', {
      severity: 'Info',
    }),
  ]),
  ...rows({ components: ['vpa-updater'], kinds: [] }, [
    ordinary('EvictedByVPA', 'The vertical autoscaler replaced the pod to give it another size.'),
    ordinary('EvictedPod', 'The vertical autoscaler replaced a pod to give it another size.'),
    ordinary('InPlaceResizedByVPA', 'The vertical autoscaler resized the pod.'),
    ordinary('InPlaceResizeSkipped', 'The vertical autoscaler left the pod as it is.'),
  ]),
]

/** cluster-autoscaler (spec/events.md B.6). */
export const CLUSTER_AUTOSCALER: readonly ReasonInfo[] = [
  ...rows({ components: ['cluster-autoscaler'], kinds: ['Pod'] }, [
    ordinary('TriggeredScaleUp', 'A node for the pod was ordered.'),
    {
      ...ordinary('NotTriggerScaleUp', 'No node group could take the pod, so no node was ordered.', 0),
      advice: 'Look at the maximum size, the taints and the machine size of the node groups.',
      severity: 'Error',
      causeCode: 'unschedulable',
      stage: 'scheduling',
      closedBy: ['Scheduled'],
    },
  ]),
  ...rows({ components: ['cluster-autoscaler'], kinds: [] }, [
    ordinary('ScaledUpGroup', 'A node group grows.'),
    broken('FailedToScaleUpGroup', 'A node group could not grow.', 'Check quota and capacity at the cloud.', {
      unseen: true,
    }),
    broken(
      'ScaleUpTimedOut',
      'Ordered nodes did not join the cluster in time.',
      'Check the machines in the cloud console, and how they start.',
      { unseen: true },
    ),
    ordinary('ScaleDown', 'A node is removed because it is not needed; its pods move.'),
    ordinary('ScaleDownEmpty', 'An empty node is removed.'),
    suspicious('ScaleDownFailed', 'A node could not be removed.', 'Look for budgets that refuse evictions.', {
      unseen: true,
    }),
  ]),
]

/** karpenter (spec/events.md B.6). Before the scheduler, because it writes FailedScheduling and Evicted, too. */
export const KARPENTER: readonly ReasonInfo[] = rows({ components: ['karpenter'], kinds: [] }, [
  ordinary('Nominated', 'A node for the pod is on its way.'),
  broken(
    'FailedScheduling',
    'No node pool can make a node for the pod.',
    'Compare the requirements and limits of the node pools with the pod.',
    { causeCode: 'unschedulable', stage: 'scheduling', closedBy: ['Scheduled'] },
  ),
  broken(
    'NoCompatibleInstanceTypes',
    'The requirements of the node pool leave no machine type.',
    'Relax the requirements.',
    { unseen: true },
  ),
  broken(
    'InsufficientCapacityError',
    'The cloud has no such machine at the moment.',
    'Allow more machine types and zones.',
    {
      unseen: true,
    },
  ),
  broken('NodeClassNotReady', 'The node class is not ready.', 'Read the conditions of the node class.', {
    unseen: true,
  }),
  broken(
    'UnregisteredTaintMissing',
    'The node came up without the taint that it starts with.',
    'Check its start script.',
    {
      unseen: true,
    },
  ),
  suspicious(
    'FailedConsistencyCheck',
    'The node came up different from what was ordered.',
    'Read the message.',
    {
      unseen: true,
    },
  ),
  ordinary('DisruptionLaunching', 'A node that replaces another one is being made.'),
  ordinary('DisruptionWaitingReadiness', 'A node that replaces another one is about to be ready.'),
  ordinary('DisruptionTerminating', 'A node is removed by karpenter, and its pods move.'),
  ordinary(
    'DisruptionBlocked',
    'The node cannot be removed now, because a budget or an annotation forbids it.',
    3,
  ),
  ...['Unconsolidatable', 'ConsolidationCandidate', 'ConsolidationRejected', 'ConsolidationApproved'].map(
    (reason) => ordinary(reason, 'karpenter considered replacing the node by a cheaper one.', 3),
  ),
  suspicious(
    'FailedDraining',
    'The node waits for pods that cannot be evicted yet.',
    'Look for budgets that refuse.',
    {
      unseen: true,
    },
  ),
  suspicious(
    'TerminationGracePeriodExpiring',
    'The node is about to be deleted by force, with the pods that are left.',
    'Move these pods now.',
    { noise: 0, unseen: true },
  ),
  ordinary('AwaitingVolumeDetachment', 'The node waits for its volumes to be detached.', 1),
  ordinary('Evicted', 'karpenter moved the pod to another node.'),
  ordinary('Disrupted', 'karpenter deleted the pod because its node goes away.', 1),
  suspicious(
    'NodeRepairBlocked',
    'A sick node is not replaced, because too many are sick.',
    'Look at the nodes.',
    {
      unseen: true,
    },
  ),
  suspicious(
    'InvalidDoNotDisruptAnnotation',
    'The do-not-disrupt annotation is not valid and was ignored.',
    'Correct it.',
    {
      unseen: true,
    },
  ),
  ordinary('DoNotDisruptUntil', 'The pod is protected from being moved for some time.'),
  ordinary('DoNotDisruptGracePeriodElapsed', 'The protection of the pod has ended.'),
])
