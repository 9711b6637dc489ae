import { isOutOf } from '../../../diagnosis/messages/pod-end.ts'
import { broken, type ReasonRow, rows, suspicious } from '../types.ts'

const REJECTED: Partial<ReasonRow> = { causeCode: 'kubelet-rejected', losesPod: true }
const ELSEWHERE = 'Place the pod on a node that offers what it needs; compare node and pod'

/** Pods that the kubelet refused though they were assigned to its node (docs/reference/events.md#B2). */
export const KUBELET_ADMISSION: readonly ReasonRow[] = rows({ components: ['kubelet'], kinds: ['Pod'] }, [
  ...['cpu', 'memory', 'ephemeral-storage', 'pods'].map((resource) =>
    broken(
      `OutOf${resource}`,
      `The node had no ${resource === 'pods' ? 'place for another pod' : `${resource} left`} when the pod arrived`,
      'Let the scheduler place the pod (no nodeName), and leave headroom for static pods',
      REJECTED,
    ),
  ),
  broken(
    'OutOf‹resource›',
    'The node had too little of an extended resource, such as a device, when the pod arrived',
    'Check the device plugin on the node, and let the scheduler place the pod (no nodeName)',
    { ...REJECTED, fits: isOutOf },
  ),
  ...(
    [
      ['NodeAffinity', 'The labels of the node no longer match what the pod asks for'],
      ['NodePorts', 'The host port of the pod was taken when it arrived at the node'],
      ['NodeName', 'The pod is meant for another node'],
      ['TaintToleration', 'The pod does not tolerate a taint of the node'],
      ['PodOSNotSupported', 'The pod is for another operating system than that of the node'],
      ['PodOSSelectorNodeLabelDoesNotMatch', 'The operating system label of the pod does not match the node'],
      ['InitContainerRestartPolicyForbidden', 'The kubelet of the node is too old for sidecar containers'],
      [
        'SupplementalGroupsPolicyNotSupported',
        'The runtime of the node does not support supplementalGroupsPolicy',
      ],
      ['PodLevelResourcesNotSupported', 'The kubelet of the node is too old for resources on pod level'],
      ['PodFeatureUnsupported', 'The node lacks a feature that the pod uses'],
      ['InvalidNodeInfo', 'The kubelet could not read its own node object'],
      ['UnknownReason', 'The kubelet refused the pod and does not say why'],
      ['UnexpectedPredicateFailureType', 'The kubelet refused the pod and does not say why'],
    ] as const
  ).map(([reason, meaning]) => broken(reason, meaning, ELSEWHERE, REJECTED)),
  broken(
    'UnexpectedAdmissionError',
    'A device of the node was not available when the pod arrived, often just after a reboot',
    'Check the device plugin on the node, then delete the failed pods',
    REJECTED,
  ),
  broken(
    'TopologyAffinityError',
    'The node cannot give the pod its resources close enough together',
    'Ask for less, or relax the topology manager policy of the node',
    REJECTED,
  ),
  broken(
    'SysctlForbidden',
    'The node does not allow a sysctl that the pod sets',
    'Allow it in the kubelet configuration, or remove it from the pod',
    REJECTED,
  ),
  broken(
    'AppArmor',
    'The AppArmor profile of the pod cannot be enforced',
    'Load the profile on the node',
    REJECTED,
  ),
  suspicious(
    'NodeShutdown',
    'The pod arrived at a node that is shutting down',
    'Delete the failed pod once another one runs',
    REJECTED,
  ),
  broken(
    'VolumeAttachmentLimitExceeded',
    'The node can attach no more volumes',
    'Spread such pods over more nodes, or use nodes with a higher limit',
    REJECTED,
  ),
  broken(
    'FailedNodeDeclaredFeaturesCheck',
    'A change of the pod needs a feature that the node does not have',
    'Upgrade the node, or place the pod elsewhere',
    { notInStatus: true },
  ),
])
