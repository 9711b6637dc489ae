import { NOTHING_TO_DO } from '../attention.ts'
import { TAINT_EVICTION_CASES } from '../cases/eviction.ts'
import { broken, ordinary, type ReasonRow, type RowFields, rows, SITE, suspicious } from '../types.ts'

const PRESSURE = `${SITE}/concepts/scheduling-eviction/node-pressure-eviction/`
const DEBUG = `${SITE}/tasks/debug/debug-cluster/`

const pressure = (reason: string, condition: string, what: string, resolvedBy: string): RowFields => ({
  ...ordinary(reason, `The node runs short of ${what}`, 'AtOnce'),
  advice: `Find out what uses the ${what} of the node; free or enlarge it`,
  severity: 'Error',
  causeCode: 'node-pressure',
  resolvedBy: [resolvedBy],
  activeWhile: { condition, status: 'True' },
  docs: PRESSURE,
})

/** The kubelet and the node controllers about nodes (docs/reference/events.md#B3, #B7). */
export const NODE: readonly ReasonRow[] = [
  ...rows({ components: ['kubelet'], kinds: ['Node'] }, [
    ordinary('Starting', 'The kubelet was started'),
    ordinary('NodeReady', 'The node is ready'),
    ordinary('NodeSchedulable', 'The node takes new pods again'),
    {
      ...ordinary('NodeNotSchedulable', 'The node was cordoned and takes no new pods', 'WhenRepeated'),
      advice: 'Uncordon it if this was forgotten: kubectl uncordon',
    },
    ordinary('NodeHasSufficientMemory', 'The node has enough memory', 'HardlyEver'),
    ordinary('NodeHasNoDiskPressure', 'The node has enough disk', 'HardlyEver'),
    ordinary('NodeHasSufficientPID', 'The node has enough process ids', 'HardlyEver'),
    pressure('NodeHasInsufficientMemory', 'MemoryPressure', 'memory', 'NodeHasSufficientMemory'),
    pressure('NodeHasDiskPressure', 'DiskPressure', 'disk', 'NodeHasNoDiskPressure'),
    pressure('NodeHasInsufficientPID', 'PIDPressure', 'process ids', 'NodeHasSufficientPID'),
    broken(
      'EvictionThresholdMet',
      'The kubelet is about to evict pods because a resource of the node runs out',
      'Find out what uses the resource that the message names',
      { causeCode: 'node-pressure', docs: PRESSURE },
    ),
    broken(
      'SystemOOM',
      'The whole node ran out of memory, and the kernel killed a process',
      'Reserve memory for the system, and set memory limits on the pods',
      { causeCode: 'node-pressure', notInStatus: true, docs: PRESSURE },
    ),
    suspicious('Rebooted', 'The node was rebooted', 'Find out why, if nobody did it on purpose', {
      notInStatus: true,
    }),
    {
      ...ordinary('Shutdown', 'The node is shutting down', 'WhenRepeated'),
      advice: 'Find out why, if nobody did it on purpose',
    },
    broken(
      'FreeDiskSpaceFailed',
      'Deleting unused images did not free enough disk',
      'Look for logs, volumes and images in use that fill the disk',
      {
        causeCode: 'node-pressure',
        activeWhile: { condition: 'DiskPressure', status: 'True' },
        docs: PRESSURE,
      },
    ),
    suspicious(
      'ImageGCFailed',
      'The kubelet could not clean up images',
      'Look at the disk and the runtime of the node',
      { causeCode: 'node-pressure', notInStatus: true },
    ),
    suspicious(
      'ContainerGCFailed',
      'The kubelet could not clean up containers',
      'Look at the container runtime of the node',
      { notInStatus: true },
    ),
    suspicious(
      'InvalidDiskCapacity',
      'The kubelet does not know the size of its disk yet, as just after a start',
      'Look at the runtime of the node if it repeats',
      { severity: 'Info', attention: 'HardlyEver' },
    ),
    suspicious('InvalidImageID', 'The runtime gave an odd answer about an image', NOTHING_TO_DO, {
      severity: 'Info',
      attention: 'Step',
    }),
    ordinary('NodeAllocatableEnforced', 'The limits for all pods of the node were set', 'HardlyEver'),
    broken(
      'FailedNodeAllocatableEnforcement',
      'The kubelet could not limit what pods may use in sum',
      'Check the reserved sizes and the cgroup driver of the kubelet',
      { notInStatus: true },
    ),
    broken('KubeletSetupFailed', 'The kubelet could not start', 'Read the kubelet log of the node'),
    suspicious(
      'CheckLimitsForResolvConf',
      'resolv.conf of the node is too long',
      'Shorten it to three name servers and few search domains',
      { severity: 'Info', attention: 'HardlyEver', notInStatus: true },
    ),
    suspicious(
      'CgroupV1',
      'The node uses cgroup v1, which future kubelets will not support',
      'Move the node to an image with cgroup v2',
      { severity: 'Info', notInStatus: true },
    ),
    suspicious(
      'PossibleMemoryBackedVolumesOnDisk',
      'Volumes in memory, such as Secrets, may be swapped to disk on this node',
      'Turn swap off, or use a kernel that supports tmpfs noswap',
      { severity: 'Info', notInStatus: true },
    ),
  ]),
  ...rows({ components: ['kubelet', 'node-controller'], kinds: ['Node'] }, [
    {
      ...ordinary('NodeNotReady', 'The node is not ready, or has stopped reporting', 'AtOnce'),
      advice: 'Check the kubelet, the runtime and the network of the node',
      severity: 'Error',
      causeCode: 'node-not-ready',
      resolvedBy: ['NodeReady'],
      activeWhile: { condition: 'Ready', status: 'False' },
      docs: DEBUG,
    },
  ]),
  ...rows({ components: ['node-controller'], kinds: ['Node'] }, [
    ordinary(
      'RegisteredNode',
      'The node controller knows the node; also after its own restart',
      'HardlyEver',
    ),
    ordinary('RemovingNode', 'The node was removed from the cluster', 'WhenRepeated'),
    ordinary('DeletingAllPods', 'All pods of the lost node are being deleted', 'WhenRepeated'),
  ]),
  ...rows({ components: ['node-controller'], kinds: ['Pod'] }, [
    broken(
      'NodeNotReady',
      'The node of the pod is not ready, so the pod gets no traffic; no probe is to blame',
      'Mend the node',
      { causeCode: 'node-not-ready', resolvedBy: ['NodeReady'] },
    ),
    ordinary('NodeControllerEviction', 'The pod is deleted because its node is lost', 'WhenRepeated'),
  ]),
  ...rows(
    { components: ['taint-eviction-controller', 'taint-controller', 'node-controller'], kinds: ['Pod'] },
    [
      {
        ...ordinary(
          'TaintManagerEviction',
          'The pod is deleted because it does not tolerate a taint of its node',
          'AtOnce',
        ),
        advice: 'Look at the node: not-ready and unreachable are taints, too',
        severity: 'Warning',
        losesPod: true,
        cases: TAINT_EVICTION_CASES,
        docs: `${SITE}/concepts/scheduling-eviction/taint-and-toleration/`,
      },
    ],
  ),
  ...rows({ components: ['device-taint-eviction-controller'], kinds: ['Pod'] }, [
    {
      ...ordinary(
        'DeviceTaintManagerEviction',
        'The pod is deleted because a device that it uses is tainted',
        'AtOnce',
      ),
      advice: 'Look at the device and its driver',
      severity: 'Warning',
      losesPod: true,
    },
  ]),
  ...rows({ components: ['cidrAllocator'], kinds: ['Node'] }, [
    ...['CIDRNotAvailable', 'CIDRAssignmentFailed'].map(
      (reason): RowFields => ({
        ...ordinary(reason, 'The node got no address range for its pods', 'AtOnce'),
        advice: 'Enlarge the pod CIDR of the cluster, or use smaller ranges per node',
        severity: 'Error',
      }),
    ),
  ]),
  ...rows({ components: ['cloud-node-lifecycle-controller', 'cloud-node-controller'], kinds: ['Node'] }, [
    {
      ...ordinary(
        'DeletingNode',
        'The machine of the node no longer exists at the cloud provider',
        'WhenRepeated',
      ),
      advice: 'Expected for spot machines and after scaling down; else ask the provider why',
    },
    broken(
      'DeletingNodeFailed',
      'The node of a machine that is gone could not be deleted',
      'Delete the node by hand',
    ),
    ordinary('Synced', 'The node was set up from the data of the cloud provider', 'HardlyEver'),
  ]),
  ...rows({ components: ['route_controller'], kinds: ['Node'] }, [
    broken(
      'FailedToCreateRoute',
      'The cloud route to the pods of the node could not be made',
      'Check the quota for routes at the cloud provider',
      { activeWhile: { condition: 'NetworkUnavailable', status: 'True' } },
    ),
  ]),
  ...rows({ components: ['kube-proxy'], kinds: ['Node'] }, [
    ordinary('Starting', 'kube-proxy was started', 'HardlyEver'),
    suspicious(
      'FailedToStartProxierHealthcheck',
      'kube-proxy cannot serve its health check because the port is taken',
      'Find the process that has the port',
      { notInStatus: true },
    ),
    suspicious(
      'FailedToStartMetricServer',
      'kube-proxy cannot serve its metrics because the port is taken',
      'Find the process that has the port',
      { notInStatus: true },
    ),
    suspicious('IPVSDeprecation', 'The ipvs mode of kube-proxy will go away', 'Plan the change to nftables', {
      severity: 'Info',
      notInStatus: true,
    }),
  ]),
  ...rows({ components: [], kinds: ['Lease'] }, [
    ordinary(
      'LeaderElection',
      'A component of the control plane took over from another instance',
      'HardlyEver',
    ),
  ]),
  ...rows({ components: ['apiserver'], kinds: [] }, [
    {
      ...ordinary('TLSConfigChanged', 'The API server loaded a renewed certificate', 'HardlyEver'),
      type: 'Warning',
    },
  ]),
]
