import { EVICTION_CASES } from '../cases/eviction.ts'
import { SANDBOX_CASES } from '../cases/sandbox.ts'
import { MOUNT_CASES } from '../cases/volume.ts'
import { broken, ordinary, type ReasonRow, rows, SITE, suspicious } from '../types.ts'

const NETWORK = `${SITE}/concepts/extend-kubernetes/compute-storage-net/network-plugins/`
const PRESSURE = `${SITE}/concepts/scheduling-eviction/node-pressure-eviction/`
const RESIZE = `${SITE}/tasks/configure-pod-container/resize-container-resources/`
const STARTED: Partial<ReasonRow> = { resolvedBy: ['Started'] }

/** The kubelet about whole pods (docs/reference/events.md#B2). */
export const KUBELET_POD: readonly ReasonRow[] = rows({ components: ['kubelet'], kinds: ['Pod'] }, [
  broken(
    'FailedCreatePodSandBox',
    'The network or the runtime of the node could not set up the pod',
    'Look at the network plugin and the runtime of the node, and whether other pods there fail, too',
    { causeCode: 'sandbox-failed', stage: 'sandbox', ...STARTED, cases: SANDBOX_CASES, docs: NETWORK },
  ),
  suspicious(
    'FailedPodSandBoxStatus',
    'The runtime cannot say how the sandbox of the pod is',
    'Look at the container runtime of the node',
    { causeCode: 'sandbox-failed', stage: 'sandbox' },
  ),
  {
    ...ordinary(
      'SandboxChanged',
      'The sandbox of the pod died and is made anew, with all containers',
      'WhenRepeated',
    ),
    advice: 'Look for a reboot of the node, or at the network plugin and the runtime if it repeats',
    severity: 'Warning',
    stage: 'sandbox',
  },
  broken(
    'NetworkNotReady',
    'The node has no pod network yet, so pods have to wait',
    'Install or mend the network plugin of the node',
    { causeCode: 'sandbox-failed', stage: 'sandbox', ...STARTED, docs: NETWORK },
  ),
  broken(
    'FailedMount',
    'A volume of the pod cannot be mounted',
    'Read in the message which volume it is and why',
    { causeCode: 'mount-failed', stage: 'volume', part: 'Volume', ...STARTED, cases: MOUNT_CASES },
  ),
  broken(
    'FailedMapVolume',
    'A block volume of the pod cannot be made available',
    'Read the message, then the log of the storage driver on the node',
    {
      causeCode: 'mount-failed',
      stage: 'volume',
      part: 'Volume',
      resolvedBy: ['SuccessfulMountVolume', 'Started'],
      cases: MOUNT_CASES,
    },
  ),
  ordinary('SuccessfulMountVolume', 'A block volume is available to the pod', 'HardlyEver'),
  suspicious(
    'AlreadyMountedVolume',
    'Two pods use the same local volume with different fsGroups',
    'Give the pods that share the volume the same fsGroup',
    { notInStatus: true },
  ),
  suspicious(
    'VolumePermissionChangeInProgress',
    'Changing the owner of all files on a large volume delays the start',
    'Set fsGroupChangePolicy: OnRootMismatch',
    { stage: 'volume', ...STARTED },
  ),
  ordinary('FileSystemResizeSuccessful', 'The file system of the volume has grown', 'HardlyEver'),
  broken(
    'FileSystemResizeFailed',
    'The file system of a volume cannot grow',
    'A read-only mount cannot be grown: mount it writable once',
    {
      kinds: ['Pod', 'PersistentVolumeClaim'],
      notInStatus: true,
      part: 'Volume',
      resolvedBy: ['FileSystemResizeSuccessful'],
    },
  ),
  broken(
    'VolumeConditionAbnormal',
    'The storage driver says that the volume is not healthy',
    'Look at the storage system',
    { notInStatus: true },
  ),
  suspicious(
    'FailedToRetrieveImagePullSecret',
    'A pull secret that the pod names does not exist; only private images need it',
    'Create the secret, or remove the reference',
    // A pull that worked is that of one container, and the secret may be for another one.
    { causeCode: 'image-pull', stage: 'image' },
  ),
  broken(
    'FailedCreatePodContainer',
    'The control group of the pod could not be made',
    'Check the cgroup driver and the process and inotify limits of the node',
    { causeCode: 'container-create-failed', stage: 'start', ...STARTED },
  ),
  suspicious(
    'FailedKillPod',
    'The pod could not be stopped',
    'Look at the network plugin and the runtime of the node if the pod stays Terminating',
    { causeCode: 'stuck-terminating' },
  ),
  suspicious(
    'FailedSync',
    'The kubelet could not find out the state of the pod',
    'Look at the container runtime of the node',
  ),
  broken(
    'Evicted',
    'The kubelet ended the pod to protect the node, or because it used too much disk',
    'Read in the message which resource ran out and who used it',
    {
      causeCode: 'evicted',
      losesPod: true,
      cases: EVICTION_CASES,
      docs: PRESSURE,
    },
  ),
  ordinary('DeadlineExceeded', 'The pod ran longer than its activeDeadlineSeconds and was ended', 'AtOnce'),
  suspicious(
    'DNSConfigForming',
    'The resolver settings of the node are too long, and part of them was left out',
    'Shorten resolv.conf of the nodes to three name servers and few search domains',
    { severity: 'Info', attention: 'HardlyEver', notInStatus: true },
  ),
  broken(
    'MissingClusterDNS',
    'The kubelet does not know the address of the cluster DNS, so pods use that of the node',
    'Set clusterDNS in the kubelet configuration',
    { kinds: ['Pod', 'Node'], notInStatus: true },
  ),
  suspicious(
    'HostIPsIPFamilyMismatch',
    'Kubelet and cloud provider disagree about the IP family of the node',
    'Set --node-ip of the kubelet',
    { notInStatus: true },
  ),
  broken(
    'FailedPrepareDynamicResources',
    'A device that the pod claims could not be prepared',
    'Look at the ResourceClaim and the driver on the node',
    { stage: 'start', ...STARTED },
  ),
  ordinary('ResizeStarted', 'The resources of the running pod are being changed'),
  ordinary('ResizeCompleted', 'The resources of the running pod were changed'),
  suspicious(
    'ResizeDeferred',
    'The pod cannot be resized now; it will be when the node has room',
    'Free room on the node, or wait',
    { resolvedBy: ['ResizeCompleted'], notInStatus: true, docs: RESIZE },
  ),
  broken(
    'ResizeInfeasible',
    'The pod can never be resized like that on this node',
    'Create the pod again with the new size, or choose a smaller one',
    { resolvedBy: ['ResizeCompleted'], notInStatus: true, docs: RESIZE },
  ),
  broken('ResizeError', 'The runtime refused the new size of the pod', 'Read the kubelet log of the node', {
    resolvedBy: ['ResizeCompleted'],
    notInStatus: true,
    docs: RESIZE,
  }),
  broken(
    'FailedValidation',
    'Two static pods have the same name, and one is ignored',
    'Rename one of the manifests on the node',
    { notInStatus: true },
  ),
  suspicious(
    'InvalidEnvironmentVariableNames',
    'Keys of a ConfigMap or Secret are no valid variable names and were left out',
    'Rename the keys',
    { notInStatus: true },
  ),
  suspicious(
    'CertificateOverdueForRefresh',
    'A certificate of the pod should have been renewed by now',
    'Look at the signer of the certificate',
    { notInStatus: true, attention: 'AtOnce' },
  ),
  broken(
    'CertificateExpired',
    'A certificate of the pod has expired',
    'Look at the signer of the certificate',
    {
      notInStatus: true,
    },
  ),
])
