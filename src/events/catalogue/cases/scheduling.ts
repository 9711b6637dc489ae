import { type FilterReason, parseUnschedulable } from '../../../diagnosis/messages/scheduling.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import { NOTHING_TO_DO } from '../attention.ts'
import type { ReasonCase } from './case.ts'

const CASES = {
  'scheduling-deleted-pod': {
    meaning: 'The pod was deleted before it got a node',
    advice: NOTHING_TO_DO,
    severity: 'Info',
    attention: 'HardlyEver',
  },
  'scheduling-claim-unbound': {
    meaning: 'A claim of the pod has no volume yet',
    advice: 'Look at the events of the claim: kubectl describe pvc',
    causeCode: 'pvc-unbound',
  },
  'scheduling-claim-missing': {
    meaning: 'A claim of the pod does not exist, or is going away',
    advice: 'Create the claim, or correct its name in the pod',
    causeCode: 'pvc-unbound',
  },
  'scheduling-volume-lost': {
    meaning: 'A claim of the pod is bound to a volume that does not exist',
    advice: 'Restore the PersistentVolume object, or make the claim anew',
    causeCode: 'pvc-unbound',
  },
  'scheduling-too-little-room': {
    meaning: 'No node has room for what the pod requests',
    advice: 'Lower the requests, remove other pods or add nodes; what pods really use plays no part',
    causeCode: 'unschedulable-resources',
  },
  'scheduling-volume-elsewhere': {
    meaning: 'The volume of the pod cannot be used from the nodes that are left',
    advice: 'Compare the zone of the volume with the nodes that the pod may use',
    causeCode: 'unschedulable-volume',
  },
  'scheduling-taints': {
    meaning: 'The nodes are tainted or cordoned, and the pod does not tolerate it',
    advice: 'Remove the taint, uncordon the node, or add a toleration',
    causeCode: 'unschedulable-taints',
  },
  'scheduling-affinity': {
    meaning: 'No node matches the selector and the affinity rules of the pod',
    advice: 'Compare nodeSelector and affinity of the pod with the labels of the nodes',
    causeCode: 'unschedulable-affinity',
  },
  'scheduling-spread': {
    meaning: 'Every node would make the spread of the pods more uneven than allowed',
    advice: 'Raise maxSkew, or use ScheduleAnyway; check that the nodes have the topology label',
    causeCode: 'unschedulable-spread',
  },
  'scheduling-ports': {
    meaning: 'The host port of the pod is taken on every node',
    advice: 'Drop hostPort, or run at most one such pod per node',
    causeCode: 'unschedulable-ports',
  },
  'scheduling-devices': {
    meaning: 'The devices that the pod claims are not available',
    advice: 'Look at the ResourceClaim, the device class and the driver',
    causeCode: 'unschedulable',
  },
  'scheduling-no-nodes': {
    meaning: 'The cluster has no node',
    advice: 'Add nodes, or find out why they do not join',
    causeCode: 'unschedulable',
  },
} as const satisfies Readonly<Record<string, Omit<ReasonCase, 'id'>>>

type SchedulingCaseId = keyof typeof CASES

/** Why the scheduler finds no node for a pod (docs/reference/events.md#B4.1). */
export const SCHEDULING_CASES: readonly ReasonCase<SchedulingCaseId>[] = Object.entries(CASES).map(
  ([id, fields]) => ({ id: id as SchedulingCaseId, ...fields }),
)

/** Which case each of the scheduler's reasons is. */
const CASE_OF: Readonly<Record<FilterReason['kind'], SchedulingCaseId | undefined>> = {
  PodDeleted: 'scheduling-deleted-pod',
  UnboundClaim: 'scheduling-claim-unbound',
  MissingClaim: 'scheduling-claim-missing',
  LostVolume: 'scheduling-volume-lost',
  Resources: 'scheduling-too-little-room',
  VolumeElsewhere: 'scheduling-volume-elsewhere',
  VolumeLimit: 'scheduling-volume-elsewhere',
  Taint: 'scheduling-taints',
  Cordoned: 'scheduling-taints',
  OtherNode: 'scheduling-affinity',
  Affinity: 'scheduling-affinity',
  Spread: 'scheduling-spread',
  Ports: 'scheduling-ports',
  Devices: 'scheduling-devices',
  NoNodes: 'scheduling-no-nodes',
  Unknown: undefined,
}

/**
 * The case that keeps most nodes from the pod: of `1 Insufficient cpu, 4 node(s) had untolerated taint {a: b}`, the
 * second.
 */
export function schedulingCaseOf(message: string): SchedulingCaseId | undefined {
  const known = parseUnschedulable(message).reasons.filter(({ kind }) => CASE_OF[kind] !== undefined)
  const [most] = sortedBy(known, ({ nodes }) => [-nodes])
  return most === undefined ? undefined : CASE_OF[most.kind]
}
