import { CLAIM_BINDING_CASES, MOUNT_CASES, PROVISIONING_CASES } from '../cases/volume.ts'
import { broken, ordinary, type ReasonRow, rows, SITE, suspicious } from '../types.ts'

const PV = `${SITE}/concepts/storage/persistent-volumes/`
const CLASSES = `${SITE}/concepts/storage/storage-classes/`
const PROVISIONED: Partial<ReasonRow> = { resolvedBy: ['ProvisioningSucceeded'] }
const RESIZED = ['VolumeResizeSuccessful', 'FileSystemResizeSuccessful']

/** Claims, volumes, attachments, snapshots (docs/reference/events.md#B8). */
export const VOLUMES: readonly ReasonRow[] = [
  ...rows({ components: [], kinds: ['PersistentVolumeClaim'] }, [
    {
      ...ordinary(
        'FailedBinding',
        'The claim names no storage class, there is no default one, and no volume fits',
        'AtOnce',
      ),
      advice: 'Set storageClassName, mark a StorageClass as default, or create a volume',
      severity: 'Error',
      causeCode: 'pvc-unbound',
      ...PROVISIONED,
      cases: CLAIM_BINDING_CASES,
      docs: PV,
    },
    ordinary('WaitForFirstConsumer', 'The claim gets its volume once a pod that uses it is scheduled'),
    ordinary('WaitForPodScheduled', 'The claim waits until the pod that uses it is scheduled'),
    {
      ...ordinary(
        'ExternalProvisioning',
        'The claim waits for the storage driver to make a volume',
        'WhenRepeated',
      ),
      advice: 'If nothing follows for a minute, the driver of the storage class is not running',
      severity: 'Warning',
      causeCode: 'pvc-unbound',
      resolvedBy: ['ProvisioningSucceeded', 'Provisioning'],
      docs: CLASSES,
    },
    ordinary('Provisioning', 'The storage driver is making a volume'),
    ordinary('ProvisioningSucceeded', 'The volume was made'),
    broken(
      'ProvisioningFailed',
      'The volume for the claim could not be made',
      'Read the error of the storage driver in the message',
      {
        causeCode: 'pvc-unbound',
        ...PROVISIONED,
        cases: PROVISIONING_CASES,
        docs: CLASSES,
      },
    ),
    broken(
      'ProvisioningCleanupFailed',
      'A volume that was made in vain could not be removed',
      'Delete the disk at the storage system by hand',
      { notInStatus: true },
    ),
    broken(
      'ClaimLost',
      'The volume of the claim is gone',
      'Restore the PersistentVolume object, or the data',
      {
        docs: PV,
      },
    ),
    broken('ClaimMisbound', 'Two claims are bound to the same volume', 'Make this claim anew', {
      notInStatus: true,
      docs: PV,
    }),
    ordinary('ExternalExpanding', 'The claim waits for the storage driver to grow its volume'),
    ordinary('Resizing', 'The volume is being grown'),
    {
      ...ordinary(
        'FileSystemResizeRequired',
        'The volume has grown; its file system does when a pod mounts it',
        'WhenRepeated',
      ),
      advice: 'Start a pod that uses the claim',
      notInStatus: true,
      resolvedBy: ['FileSystemResizeSuccessful'],
    },
    ordinary('VolumeResizeSuccessful', 'The volume has grown'),
    ordinary('FileSystemResizeSuccessful', 'The file system of the volume has grown', 'HardlyEver'),
    ordinary('VolumeModify', 'The attributes of the volume are being changed'),
    ordinary('VolumeModifySuccessful', 'The attributes of the volume were changed'),
    ordinary('VolumeModifyCanceled', 'The change of the volume attributes was taken back'),
    broken(
      'VolumeModifyFailed',
      'The attributes of the volume could not be changed',
      'Read the error of the storage driver in the message',
      { notInStatus: true, resolvedBy: ['VolumeModifySuccessful'] },
    ),
  ]),
  ...rows({ components: [], kinds: ['PersistentVolumeClaim', 'Pod'] }, [
    broken(
      'VolumeResizeFailed',
      'The volume could not be grown',
      'Read the message: some drivers can grow a volume only while no pod uses it',
      { notInStatus: true, part: 'Volume', resolvedBy: RESIZED, docs: PV },
    ),
  ]),
  ...rows({ components: [], kinds: ['PersistentVolumeClaim', 'PersistentVolume'] }, [
    broken(
      'VolumeMismatch',
      'The volume that the claim names does not fit: size, class, mode or access',
      'Bring claim and volume in line',
      { causeCode: 'pvc-unbound', docs: PV },
    ),
  ]),
  ...rows({ components: [], kinds: ['PersistentVolume'] }, [
    broken(
      'VolumeFailedDelete',
      'The volume could not be deleted',
      'Look for a VolumeAttachment that is left over, and at the rights of the driver',
      { notInStatus: true },
    ),
    ordinary('VolumeDelete', 'The volume is still in use and will be deleted later', 'WhenRepeated'),
    suspicious(
      'VolumeFailedRecycle',
      'The volume cannot be recycled',
      'Use Delete or Retain as reclaim policy',
      {
        notInStatus: true,
      },
    ),
    ordinary('VolumeRecycled', 'The volume was recycled'),
    ordinary('RecyclerPod', 'A pod recycles the volume', 'HardlyEver'),
    suspicious('VolumeUnknownReclaimPolicy', 'The reclaim policy of the volume is not known', 'Correct it'),
    broken(
      'FailedMountOnFilesystemMismatch',
      'The volume has another file system than it says',
      'Correct fsType of the volume',
      { notInStatus: true },
    ),
  ]),
  ...rows({ components: ['attachdetach-controller'], kinds: ['Pod'] }, [
    ordinary('SuccessfulAttachVolume', 'The volume was attached to the node of the pod'),
    broken(
      'FailedAttachVolume',
      'The volume could not be attached to the node of the pod',
      'Look at the VolumeAttachment and the log of the attacher',
      {
        causeCode: 'mount-failed',
        stage: 'volume',
        part: 'Volume',
        resolvedBy: ['SuccessfulAttachVolume', 'Started'],
        cases: MOUNT_CASES,
        docs: PV,
      },
    ),
  ]),
  ...rows({ components: ['ephemeral_volume'], kinds: ['Pod'] }, [
    broken(
      'FailedBinding',
      'The claim of an ephemeral volume could not be made',
      'Look for a claim of the same name, or a quota',
      { causeCode: 'pvc-unbound', stage: 'scheduling', resolvedBy: ['Scheduled'] },
    ),
  ]),
  ...rows({ components: ['selinux_warning'], kinds: ['Pod'] }, [
    ...['MultipleSELinuxLabels', 'SELinuxLabelConflict', 'SELinuxChangePolicyConflict'].map((reason) =>
      suspicious(
        reason,
        'Pods that share a volume have different SELinux labels, which a future release will refuse',
        'Give them the same label, or set seLinuxChangePolicy: Recursive',
        { severity: 'Info', notInStatus: true },
      ),
    ),
  ]),
  ...rows({ components: ['resource_claim'], kinds: ['Pod', 'PodGroup'] }, [
    broken(
      'FailedResourceClaimCreation',
      'The ResourceClaim of the pod could not be made',
      'Check that its template exists',
      { stage: 'scheduling', resolvedBy: ['Scheduled'] },
    ),
  ]),
  ...rows({ components: [], kinds: ['VolumeSnapshot', 'VolumeSnapshotContent'] }, [
    ordinary('CreatingSnapshot', 'A snapshot is being made'),
    ordinary('SnapshotCreated', 'The snapshot was made'),
    ordinary('SnapshotReady', 'The snapshot can be used'),
    ...(
      [
        ['SnapshotContentCreationFailed', 'The snapshot could not be made'],
        ['SnapshotCreationFailed', 'The snapshot could not be made'],
        ['SnapshotPVCSourceMissing', 'The claim to be snapshotted does not exist'],
        ['SnapshotMisbound', 'The content of the snapshot belongs to another snapshot'],
        ['SnapshotContentMissing', 'The content of the snapshot is gone'],
        ['SnapshotContentMismatch', 'The content of the snapshot does not fit it'],
        ['SnapshotBindFailed', 'Snapshot and content could not be bound'],
        ['SnapshotValidationError', 'The snapshot is not valid'],
      ] as const
    ).map(([reason, meaning]) =>
      broken(reason, meaning, 'Read status.error of the snapshot, and the log of the snapshotter', {
        resolvedBy: ['SnapshotReady'],
      }),
    ),
    broken(
      'SnapshotDeleteError',
      'The snapshot could not be deleted',
      'Read status.error of the snapshot, and the log of the snapshotter',
    ),
    suspicious('SnapshotDeletePending', 'The snapshot is deleted once no restore needs it', 'Wait', {
      severity: 'Info',
    }),
  ]),
]
