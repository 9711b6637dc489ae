import { NOTHING_TO_DO } from '../attention.ts'
import { RESOURCE_METRIC_CASES } from '../cases/autoscaling.ts'
import { broken, ordinary, type ReasonRow, rows, SITE, suspicious } from '../types.ts'

const HPA = `${SITE}/tasks/run-application/horizontal-pod-autoscale/`
const INACTIVE: Partial<ReasonRow> = { activeWhile: { condition: 'ScalingActive', status: 'False' } }
const UNABLE: Partial<ReasonRow> = { activeWhile: { condition: 'AbleToScale', status: 'False' } }

/** Horizontal and vertical autoscaling (docs/reference/events.md#B6). */
export const AUTOSCALING: readonly ReasonRow[] = [
  ...rows({ components: [], kinds: ['HorizontalPodAutoscaler'] }, [
    ordinary('SuccessfulRescale', 'The autoscaler changed the number of replicas'),
    broken(
      'FailedRescale',
      'The autoscaler may not change the number of replicas',
      'Read the error in the message',
      {
        ...UNABLE,
        resolvedBy: ['SuccessfulRescale'],
        docs: HPA,
      },
    ),
    broken(
      'FailedGetScale',
      'The autoscaler cannot find the object that it is to scale',
      'Correct scaleTargetRef: apiVersion, kind and name',
      { ...UNABLE, docs: HPA },
    ),
    broken(
      'FailedGetResourceMetric',
      'The autoscaler does not get CPU or memory figures, so it does not scale',
      'Check that metrics-server runs, and that every container of the pods has a request',
      {
        ...INACTIVE,
        severity: 'Warning',
        cases: RESOURCE_METRIC_CASES,
        docs: HPA,
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
        'The autoscaler does not get a metric that it is to scale by',
        'Check the metrics adapter, and the name of the metric',
        { ...INACTIVE, docs: HPA },
      ),
    ),
    suspicious(
      'FailedComputeMetricsReplicas',
      'The autoscaler cannot compute the number of replicas, for lack of figures',
      'Read the event that names the metric',
      { ...INACTIVE, docs: HPA },
    ),
    broken('SelectorRequired', 'The object to be scaled has no selector', 'Correct scaleTargetRef', {
      ...INACTIVE,
      docs: HPA,
    }),
    broken(
      'InvalidSelector',
      'The selector of the object to be scaled cannot be read',
      'Correct the selector',
      {
        ...INACTIVE,
        docs: HPA,
      },
    ),
    broken('AmbiguousSelector', 'Two autoscalers want to scale the same pods', 'Remove one of them', {
      ...INACTIVE,
      docs: HPA,
    }),
    broken(
      'InvalidMetricSourceType',
      'The autoscaler names a type of metric that does not exist',
      'Correct it',
      {
        ...INACTIVE,
        docs: HPA,
      },
    ),
    suspicious('FailedUpdateStatus', 'The status of the autoscaler could not be written', NOTHING_TO_DO, {
      severity: 'Info',
    }),
  ]),
  ...rows({ components: ['vpa-updater'], kinds: [] }, [
    ordinary('EvictedByVPA', 'The vertical autoscaler replaced the pod to give it another size'),
    ordinary('EvictedPod', 'The vertical autoscaler replaced a pod to give it another size'),
    ordinary('InPlaceResizedByVPA', 'The vertical autoscaler resized the pod'),
    ordinary('InPlaceResizeSkipped', 'The vertical autoscaler left the pod as it is'),
  ]),
]

/** cluster-autoscaler (docs/reference/events.md#B6). */
export const CLUSTER_AUTOSCALER: readonly ReasonRow[] = [
  ...rows({ components: ['cluster-autoscaler'], kinds: ['Pod'] }, [
    ordinary('TriggeredScaleUp', 'A node for the pod was ordered'),
    {
      ...ordinary('NotTriggerScaleUp', 'No node group could take the pod, so no node was ordered', 'AtOnce'),
      advice: 'Look at the maximum size, the taints and the machine size of the node groups',
      severity: 'Error',
      causeCode: 'unschedulable',
      stage: 'scheduling',
      resolvedBy: ['Scheduled'],
    },
  ]),
  ...rows({ components: ['cluster-autoscaler'], kinds: [] }, [
    ordinary('ScaledUpGroup', 'A node group grows'),
    broken('FailedToScaleUpGroup', 'A node group could not grow', 'Check quota and capacity at the cloud', {
      notInStatus: true,
    }),
    broken(
      'ScaleUpTimedOut',
      'Ordered nodes did not join the cluster in time',
      'Check the machines in the cloud console, and how they start',
      { notInStatus: true },
    ),
    ordinary('ScaleDown', 'A node is removed because it is not needed; its pods move'),
    ordinary('ScaleDownEmpty', 'An empty node is removed'),
    suspicious('ScaleDownFailed', 'A node could not be removed', 'Look for PDBs that refuse evictions', {
      notInStatus: true,
    }),
  ]),
]
