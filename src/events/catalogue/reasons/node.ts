import { broken, ordinary, type ReasonInfo, rows, SITE, suspicious } from '../types.ts'

const PRESSURE = `${SITE}/concepts/scheduling-eviction/node-pressure-eviction/`
const DEBUG = `${SITE}/tasks/debug/debug-cluster/`

const pressure = (reason: string, condition: string, what: string, closedBy: string) => ({
  ...ordinary(reason, `The node runs short of ${what}.`, 0),
  advice: `Find out what uses the ${what} of the node; free or enlarge it.`,
  severity: 'Error' as const,
  causeCode: 'node-pressure' as const,
  closedBy: [closedBy],
  holdsWhile: { condition, status: 'True' as const },
  see: PRESSURE,
})

/** The kubelet and the node controllers about nodes (spec/events.md B.3, B.7). */
export const NODE: readonly ReasonInfo[] = [
  ...rows({ components: ['kubelet'], kinds: ['Node'] }, [
    ordinary('Starting', 'The kubelet was started.'),
    ordinary('NodeReady', 'The node is ready.'),
    ordinary('NodeSchedulable', 'The node takes new pods again.'),
    {
      ...ordinary('NodeNotSchedulable', 'The node was cordoned and takes no new pods.', 1),
      advice: 'Uncordon it if this was forgotten: kubectl uncordon.',
    },
    ordinary('NodeHasSufficientMemory', 'The node has enough memory.', 3),
    ordinary('NodeHasNoDiskPressure', 'The node has enough disk.', 3),
    ordinary('NodeHasSufficientPID', 'The node has enough process ids.', 3),
    pressure('NodeHasInsufficientMemory', 'MemoryPressure', 'memory', 'NodeHasSufficientMemory'),
    pressure('NodeHasDiskPressure', 'DiskPressure', 'disk', 'NodeHasNoDiskPressure'),
    pressure('NodeHasInsufficientPID', 'PIDPressure', 'process ids', 'NodeHasSufficientPID'),
    broken(
      'EvictionThresholdMet',
      'The kubelet is about to evict pods because a resource of the node runs out.',
      'Find out what uses the resource that the message names.',
      { causeCode: 'node-pressure', see: PRESSURE },
    ),
    broken(
      'SystemOOM',
      'The whole node ran out of memory, and the kernel killed a process.',
      'Reserve memory for the system, and set memory limits on the pods.',
      { causeCode: 'node-pressure', unseen: true, see: PRESSURE },
    ),
    suspicious('Rebooted', 'The node was rebooted.', 'Find out why, if nobody did it on purpose.', {
      unseen: true,
    }),
    {
      ...ordinary('Shutdown', 'The node is shutting down.', 1),
      advice: 'Find out why, if nobody did it on purpose.',
    },
    broken(
      'FreeDiskSpaceFailed',
      'Deleting unused images did not free enough disk.',
      'Look for logs, volumes and images in use that fill the disk.',
      {
        causeCode: 'node-pressure',
        holdsWhile: { condition: 'DiskPressure', status: 'True' },
        see: PRESSURE,
      },
    ),
    suspicious(
      'ImageGCFailed',
      'The kubelet could not clean up images.',
      'Look at the disk and the runtime of the node.',
      { causeCode: 'node-pressure', unseen: true },
    ),
    suspicious(
      'ContainerGCFailed',
      'The kubelet could not clean up containers.',
      'Look at the container runtime of the node.',
      { unseen: true },
    ),
    suspicious(
      'InvalidDiskCapacity',
      'The kubelet does not know the size of its disk yet, as just after a start.',
      'Look at the runtime of the node if it repeats.',
      { severity: 'Info', noise: 3 },
    ),
    suspicious('InvalidImageID', 'The runtime gave an odd answer about an image.', 'Nothing to do.', {
      severity: 'Info',
      noise: 2,
    }),
    ordinary('NodeAllocatableEnforced', 'The limits for all pods of the node were set.', 3),
    broken(
      'FailedNodeAllocatableEnforcement',
      'The kubelet could not limit what pods may use in sum.',
      'Check the reserved sizes and the cgroup driver of the kubelet.',
      { unseen: true },
    ),
    broken('KubeletSetupFailed', 'The kubelet could not start.', 'Read the kubelet log of the node.'),
    suspicious(
      'CheckLimitsForResolvConf',
      'resolv.conf of the node is too long.',
      'Shorten it to three name servers and few search domains.',
      { severity: 'Info', noise: 3, unseen: true },
    ),
    suspicious(
      'CgroupV1',
      'The node uses cgroup v1, which future kubelets will not support.',
      'Move the node to an image with cgroup v2.',
      { severity: 'Info', unseen: true },
    ),
    suspicious(
      'PossibleMemoryBackedVolumesOnDisk',
      'Volumes in memory, such as Secrets, may be swapped to disk on this node.',
      'Turn swap off, or use a kernel that supports tmpfs noswap.',
      { severity: 'Info', unseen: true },
    ),
  ]),
  ...rows({ components: ['kubelet', 'node-controller'], kinds: ['Node'] }, [
    {
      ...ordinary('NodeNotReady', 'The node is not ready, or has stopped reporting.', 0),
      advice: 'Check the kubelet, the runtime and the network of the node.',
      severity: 'Error',
      causeCode: 'node-not-ready',
      closedBy: ['NodeReady'],
      holdsWhile: { condition: 'Ready', status: 'False' },
      see: DEBUG,
    },
  ]),
  ...rows({ components: ['node-controller'], kinds: ['Node'] }, [
    ordinary('RegisteredNode', 'The node controller knows the node; also after its own restart.', 3),
    ordinary('RemovingNode', 'The node was removed from the cluster.', 1),
    ordinary('DeletingAllPods', 'All pods of the lost node are being deleted.', 1),
  ]),
  ...rows({ components: ['node-controller'], kinds: ['Pod'] }, [
    broken(
      'NodeNotReady',
      'The node of the pod is not ready, so the pod gets no traffic; no probe is to blame.',
      'Mend the node.',
      { causeCode: 'node-not-ready', closedBy: ['NodeReady'] },
    ),
    ordinary('NodeControllerEviction', 'The pod is deleted because its node is lost.', 1),
  ]),
  ...rows(
    { components: ['taint-eviction-controller', 'taint-controller', 'node-controller'], kinds: ['Pod'] },
    [
      {
        ...ordinary(
          'TaintManagerEviction',
          'The pod is deleted because it does not tolerate a taint of its node.',
          0,
        ),
        advice: 'Look at the node: not-ready and unreachable are taints, too.',
        severity: 'Warning',
        outlives: true,
        cases: [
          {
            name: 'taint-eviction-cancelled',
            pattern: /^Cancelling deletion/,
            meaning: 'The taint went away in time, and the pod stays.',
            advice: 'Nothing to do.',
            severity: 'Info',
            noise: 2,
          },
        ],
        see: `${SITE}/concepts/scheduling-eviction/taint-and-toleration/`,
      },
    ],
  ),
  ...rows({ components: ['device-taint-eviction-controller'], kinds: ['Pod'] }, [
    {
      ...ordinary(
        'DeviceTaintManagerEviction',
        'The pod is deleted because a device that it uses is tainted.',
        0,
      ),
      advice: 'Look at the device and its driver.',
      severity: 'Warning',
      outlives: true,
    },
  ]),
  ...rows({ components: ['cidrAllocator'], kinds: ['Node'] }, [
    ...['CIDRNotAvailable', 'CIDRAssignmentFailed'].map((reason) => ({
      ...ordinary(reason, 'The node got no address range for its pods.', 0),
      advice: 'Enlarge the pod CIDR of the cluster, or use smaller ranges per node.',
      severity: 'Error' as const,
    })),
  ]),
  ...rows({ components: ['cloud-node-lifecycle-controller', 'cloud-node-controller'], kinds: ['Node'] }, [
    {
      ...ordinary('DeletingNode', 'The machine of the node no longer exists at the cloud provider.', 1),
      advice: 'Expected for spot machines and after scaling down; else ask the provider why.',
    },
    broken(
      'DeletingNodeFailed',
      'The node of a machine that is gone could not be deleted.',
      'Delete the node by hand.',
    ),
    ordinary('Synced', 'The node was set up from the data of the cloud provider.', 3),
  ]),
  ...rows({ components: ['route_controller'], kinds: ['Node'] }, [
    broken(
      'FailedToCreateRoute',
      'The cloud route to the pods of the node could not be made.',
      'Check the quota for routes at the cloud provider.',
      { holdsWhile: { condition: 'NetworkUnavailable', status: 'True' } },
    ),
  ]),
  ...rows({ components: ['kube-proxy'], kinds: ['Node'] }, [
    ordinary('Starting', 'kube-proxy was started.', 3),
    suspicious(
      'FailedToStartProxierHealthcheck',
      'kube-proxy cannot serve its health check because the port is taken.',
      'Find the process that has the port.',
      { unseen: true },
    ),
    suspicious(
      'FailedToStartMetricServer',
      'kube-proxy cannot serve its metrics because the port is taken.',
      'Find the process that has the port.',
      { unseen: true },
    ),
    suspicious(
      'IPVSDeprecation',
      'The ipvs mode of kube-proxy will go away.',
      'Plan the change to nftables.',
      { severity: 'Info', unseen: true },
    ),
  ]),
  ...rows({ components: [], kinds: ['Lease'] }, [
    ordinary('LeaderElection', 'A component of the control plane took over from another instance.', 3),
  ]),
  ...rows({ components: ['apiserver'], kinds: [] }, [
    {
      ...ordinary('TLSConfigChanged', 'The API server loaded a renewed certificate.', 3),
      type: 'Warning' as const,
    },
  ]),
]

const detected = (reason: string, meaning: string, advice: string) =>
  broken(reason, meaning, advice, { unseen: true })

/** node-problem-detector about nodes (spec/events.md B.7). */
export const NODE_PROBLEMS: readonly ReasonInfo[] = rows({ components: [], kinds: ['Node'] }, [
  detected(
    'OOMKilling',
    'The kernel killed a process for lack of memory, in a container or on the node.',
    'Look for a container whose last state is OOMKilled, and raise its limit or mend the leak.',
  ),
  ...(
    [
      ['TaskHung', 'A process hangs in the kernel of the node.'],
      ['KernelOops', 'The kernel of the node has had an error.'],
      ['KernelDeadlock', 'The kernel of the node is in a deadlock.'],
      ['UnregisterNetDevice', 'The kernel of the node cannot remove a network device.'],
      ['Ext4Error', 'The file system of the node reports errors.'],
      ['IOError', 'A disk of the node reports errors.'],
      ['XfsHasShutdown', 'A file system of the node has shut down.'],
      ['FilesystemIsReadOnly', 'A file system of the node became read-only.'],
      ['MemoryReadError', 'The memory of the node reports errors.'],
      ['DiskBadBlock', 'A disk of the node has bad blocks.'],
    ] as const
  ).map(([reason, meaning]) => detected(reason, meaning, 'Drain the node and replace it.')),
  ...(
    [
      [
        'FrequentKubeletRestart',
        'The kubelet of the node restarts again and again.',
        'Read the kubelet log.',
      ],
      ['FrequentContainerdRestart', 'containerd of the node restarts again and again.', 'Read its log.'],
      ['KubeletUnhealthy', 'The kubelet of the node fails its health check.', 'Read the kubelet log.'],
      ['ContainerdUnhealthy', 'containerd of the node fails its health check.', 'Read its log.'],
      ['NTPIsDown', 'The clock of the node is not synchronised.', 'Mend the time service of the node.'],
      ['ConntrackFull', 'The connection table of the node is full.', 'Raise nf_conntrack_max.'],
      ['DNSUnreachable', 'The node cannot reach its DNS server.', 'Check the network and DNS of the node.'],
    ] as const
  ).map(([reason, meaning, advice]) => detected(reason, meaning, advice)),
  suspicious(
    'Ext4Warning',
    'The file system of the node reports a warning.',
    'Check the disk if it repeats.',
    {
      unseen: true,
    },
  ),
  ...(['KubeletStart', 'ContainerdStart', 'DockerStart'] as const).map((reason) => ({
    ...ordinary(reason, 'A service of the node was started.'),
    type: 'Warning' as const,
  })),
  ordinary('NoFrequentKubeletRestart', 'The kubelet no longer restarts often.', 3),
  ordinary('KernelHasNoDeadlock', 'The kernel of the node is well.', 3),
  ordinary('FilesystemIsNotReadOnly', 'The file systems of the node are writable.', 3),
  ordinary('KubeletIsHealthy', 'The kubelet of the node is well.', 3),
])
