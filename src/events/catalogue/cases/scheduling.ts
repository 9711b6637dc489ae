import { NOTHING_TO_DO } from '../attention.ts'
import { casesWith } from './case.ts'

/** One clause of `0/N nodes are available: ...` each, and the texts without numbers (spec/events.md B.4.1). */
export const SCHEDULING_CASES = casesWith({}, [
  {
    id: 'scheduling-deleted-pod',
    pattern: /^skip schedule deleting pod|is being deleted, cannot be assigned/,
    meaning: 'The pod was deleted before it got a node',
    advice: NOTHING_TO_DO,
    severity: 'Info',
    attention: 'HardlyEver',
  },
  {
    id: 'scheduling-claim-unbound',
    pattern:
      /unbound (?:immediate )?PersistentVolumeClaims|PersistentVolumeClaim is not bound|persistent volumes to bind|binding volumes: timed out/,
    meaning: 'A claim of the pod has no volume yet',
    advice: 'Look at the events of the claim: kubectl describe pvc',
    causeCode: 'pvc-unbound',
  },
  {
    id: 'scheduling-claim-missing',
    pattern:
      /persistentvolumeclaim "[^"]*" (not found|is being deleted|bound to non-existent)|waiting for ephemeral volume controller/,
    meaning: 'A claim of the pod does not exist, or is going away',
    advice: 'Create the claim, or correct its name in the pod',
    causeCode: 'pvc-unbound',
  },
  {
    id: 'scheduling-too-little-room',
    pattern: /Insufficient |Too many pods|plugin(?:\(s\))? \[?NodeResourcesFit/,
    meaning: 'No node has room for what the pod requests',
    advice: 'Lower the requests, remove other pods or add nodes; what pods really use plays no part',
    causeCode: 'unschedulable-resources',
  },
  {
    id: 'scheduling-volume-elsewhere',
    pattern:
      /PersistentVolume's node affinity|volume node affinity conflict|no available volume zone|plugin(?:\(s\))? \[?Volume|max volume count|enough free storage|CSI driver is not installed|no available disk|ReadWriteOncePod/,
    meaning: 'The volume of the pod cannot be used from the nodes that are left',
    advice: 'Compare the zone of the volume with the nodes that the pod may use',
    causeCode: 'unschedulable-volume',
  },
  {
    id: 'scheduling-taints',
    pattern:
      /untolerated taint|had taints? |were unschedulable|plugin(?:\(s\))? \[?(?:TaintToleration|NodeUnschedulable)/,
    meaning: 'The nodes are tainted or cordoned, and the pod does not tolerate it',
    advice: 'Remove the taint, uncordon the node, or add a toleration',
    causeCode: 'unschedulable-taints',
  },
  {
    id: 'scheduling-affinity',
    pattern:
      /node affinity\/selector|plugin(?:\(s\))? \[?(?:Node(?:Affinity|Name)|InterPodAffinity)|pod affinity rules|anti-affinity rules|requested node name|required features/,
    meaning: 'No node matches the selector and the affinity rules of the pod',
    advice: 'Compare nodeSelector and affinity of the pod with the labels of the nodes',
    causeCode: 'unschedulable-affinity',
  },
  {
    id: 'scheduling-spread',
    pattern: /topology spread constraints|plugin(?:\(s\))? \[?PodTopologySpread/,
    meaning: 'Every node would make the spread of the pods more uneven than allowed',
    advice: 'Raise maxSkew, or use ScheduleAnyway; check that the nodes have the topology label',
    causeCode: 'unschedulable-spread',
  },
  {
    id: 'scheduling-ports',
    pattern: /free ports for the requested pod ports|plugin(?:\(s\))? \[?NodePorts/,
    meaning: 'The host port of the pod is taken on every node',
    advice: 'Drop hostPort, or run at most one such pod per node',
    causeCode: 'unschedulable-ports',
  },
  {
    id: 'scheduling-devices',
    pattern: /cannot allocate all claims|resourceclaim not available|device class .* does not exist/,
    meaning: 'The devices that the pod claims are not available',
    advice: 'Look at the ResourceClaim, the device class and the driver',
    causeCode: 'unschedulable',
  },
  {
    id: 'scheduling-no-nodes',
    pattern: /^no nodes available/,
    meaning: 'The cluster has no node',
    advice: 'Add nodes, or find out why they do not join',
    causeCode: 'unschedulable',
  },
])
