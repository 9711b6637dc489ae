import { NOTHING_TO_DO } from '../attention.ts'
import { casesWith } from './case.ts'

/** What stands behind FailedMount, FailedMapVolume and FailedAttachVolume (docs/reference/events.md#B2.1, #B8). */
export const MOUNT_CASES = casesWith({ stage: 'volume' }, [
  {
    id: 'volume-cache-noise',
    pattern: /object "[^"]*"\/"[^"]*" not registered/,
    meaning:
      'The kubelet had not yet read the objects of the pod, as happens while a pod starts or goes away',
    advice: NOTHING_TO_DO,
    severity: 'Info',
    attention: 'HardlyEver',
  },
  {
    id: 'volume-cache-timeout',
    pattern: /failed to sync (secret|configmap) cache/,
    meaning: 'The kubelet could not read the objects of the volume in time and tries again',
    advice: 'Look at the load of the API server if it does not pass',
    severity: 'Warning',
    attention: 'WhenRepeated',
  },
  {
    id: 'volume-object-missing',
    pattern: /(secret|configmap) "[^"]*" not found/,
    meaning: 'A volume refers to a Secret or ConfigMap that does not exist',
    advice:
      'Create the object in the namespace of the pod, or mark the volume optional; the pod then starts by itself',
    causeCode: 'mount-missing',
  },
  {
    id: 'volume-key-missing',
    pattern: /non-existent (secret|config) key/,
    meaning: 'A volume refers to a key that the Secret or ConfigMap does not have',
    advice: 'Add the key, or correct the items of the volume',
    causeCode: 'mount-missing',
  },
  {
    id: 'volume-service-account-missing',
    pattern: /failed to fetch token|serviceaccounts? "[^"]*" not found/,
    meaning: 'The token of the pod cannot be made because its ServiceAccount is gone',
    advice: 'Create the ServiceAccount again, then the pods',
    causeCode: 'mount-missing',
  },
  {
    id: 'volume-driver-missing',
    pattern: /not found in the list of registered CSI drivers/,
    meaning: 'The storage driver of the volume does not run on this node',
    advice: "Check the driver's DaemonSet and its pod on the node",
    causeCode: 'mount-failed',
  },
  {
    id: 'volume-path-type',
    pattern: /hostPath type check failed|path .* does not exist/,
    meaning: 'The path on the node is not there, or is not of the type that the volume asks for',
    advice: 'Create the path on the node, or use type DirectoryOrCreate or FileOrCreate',
    causeCode: 'mount-missing',
  },
  {
    id: 'volume-multi-attach',
    pattern: /^Multi-Attach error/,
    meaning: 'The volume can be attached to one node only, and another node still has it',
    advice: 'Wait until the other pod is gone or delete it; for a dead node, taint it out-of-service',
    causeCode: 'mount-failed',
  },
  {
    id: 'volume-fs-error',
    pattern: /exit status 32|wrong fs type|access denied by server|fsck|mount failed/,
    meaning: 'The mount itself fails on the node',
    advice: 'Read the text of mount in the message: file system, export and permissions',
    causeCode: 'mount-failed',
  },
  {
    id: 'volume-fsgroup-failed',
    pattern: /applyFSGroup failed/,
    meaning: 'The ownership of the files on the volume could not be changed',
    advice: 'Check whether the storage allows chown, or drop fsGroup',
    causeCode: 'mount-failed',
  },
  {
    id: 'volume-detaching',
    pattern: /volume attachment is being deleted/,
    meaning: 'The volume is still being detached from where it was',
    advice: 'Look at the VolumeAttachment and the attacher of the driver if it does not pass',
    causeCode: 'mount-failed',
  },
  {
    id: 'volume-driver-slow',
    // `timed out waiting for the condition` of the pod as a whole comes with every cause.
    pattern: /DeadlineExceeded|operation already exists|timed out waiting for external-attacher/,
    meaning: 'The storage driver does not finish the operation',
    advice: "Read the log of the driver's controller and of its pod on the node",
    causeCode: 'mount-failed',
  },
])

/** Why a claim is not bound to a volume that exists. */
export const CLAIM_BINDING_CASES = casesWith({}, [
  {
    id: 'claim-volume-taken',
    pattern: /already bound to a different claim/,
    meaning: 'The volume that the claim names belongs to another claim',
    advice: 'Name another volume, or clear claimRef of one that was released',
    causeCode: 'pvc-unbound',
  },
])

/** Why no volume is made for a claim. */
export const PROVISIONING_CASES = casesWith({}, [
  {
    id: 'storage-class-missing',
    pattern: /storageclass\.storage\.k8s\.io "[^"]*" not found/,
    meaning: 'The StorageClass that the claim names does not exist',
    advice: 'Create it, or make the claim anew with another storageClassName',
    causeCode: 'pvc-unbound',
  },
])
