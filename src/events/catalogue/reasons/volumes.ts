import { MOUNT_CASES } from '../cases/mount.ts'
import { broken, ordinary, type ReasonInfo, rows, SITE, suspicious } from '../types.ts'

const PV = `${SITE}/concepts/storage/persistent-volumes/`
const CLASSES = `${SITE}/concepts/storage/storage-classes/`
const PROVISIONED = { closedBy: ['ProvisioningSucceeded'] } as const
const RESIZED = ['VolumeResizeSuccessful', 'FileSystemResizeSuccessful']

/** Claims, volumes, attachments, snapshots (spec/events.md B.8). */
export const VOLUMES: readonly ReasonInfo[] = [
  ...rows({ components: [], kinds: ['PersistentVolumeClaim'] }, [
    {
      ...ordinary(
        'FailedBinding',
        'The claim names no storage class, there is no default one, and no volume fits.',
        0,
      ),
      advice: 'Set storageClassName, mark a StorageClass as default, or create a volume.',
      severity: 'Error',
      causeCode: 'pvc-unbound',
      ...PROVISIONED,
      cases: [
        {
          name: 'claim-volume-taken',
          pattern: /already bound to a different claim/,
          meaning: 'The volume that the claim names belongs to another claim.',
          advice: 'Name another volume, or clear claimRef of one that was released.',
          causeCode: 'pvc-unbound',
        },
      ],
      see: PV,
    },
    ordinary('WaitForFirstConsumer', 'The claim gets its volume once a pod that uses it is scheduled.'),
    ordinary('WaitForPodScheduled', 'The claim waits until the pod that uses it is scheduled.'),
    {
      ...ordinary('ExternalProvisioning', 'The claim waits for the storage driver to make a volume.', 1),
      advice: 'If nothing follows for a minute, the driver of the storage class is not running.',
      severity: 'Warning',
      causeCode: 'pvc-unbound',
      closedBy: ['ProvisioningSucceeded', 'Provisioning'],
      see: CLASSES,
    },
    ordinary('Provisioning', 'The storage driver is making a volume.'),
    ordinary('ProvisioningSucceeded', 'The volume was made.'),
    broken(
      'ProvisioningFailed',
      'The volume for the claim could not be made.',
      'Read the error of the storage driver in the message.',
      {
        causeCode: 'pvc-unbound',
        ...PROVISIONED,
        cases: [
          {
            name: 'storage-class-missing',
            pattern: /storageclass\.storage\.k8s\.io "[^"]*" not found/,
            meaning: 'The StorageClass that the claim names does not exist.',
            advice: 'Create it, or make the claim anew with another storageClassName.',
            causeCode: 'pvc-unbound',
          },
        ],
        see: CLASSES,
      },
    ),
    broken(
      'ProvisioningCleanupFailed',
      'A volume that was made in vain could not be removed.',
      'Delete the disk at the storage system by hand.',
      { unseen: true },
    ),
    broken(
      'ClaimLost',
      'The volume of the claim is gone.',
      'Restore the PersistentVolume object, or the data.',
      {
        see: PV,
      },
    ),
    broken('ClaimMisbound', 'Two claims are bound to the same volume.', 'Make this claim anew.', {
      unseen: true,
      see: PV,
    }),
    ordinary('ExternalExpanding', 'The claim waits for the storage driver to grow its volume.'),
    ordinary('Resizing', 'The volume is being grown.'),
    {
      ...ordinary(
        'FileSystemResizeRequired',
        'The volume has grown; its file system does when a pod mounts it.',
        1,
      ),
      advice: 'Start a pod that uses the claim.',
      closedBy: ['FileSystemResizeSuccessful'],
    },
    ordinary('VolumeResizeSuccessful', 'The volume has grown.'),
    ordinary('FileSystemResizeSuccessful', 'The file system of the volume has grown.', 3),
    ordinary('VolumeModify', 'The attributes of the volume are being changed.'),
    ordinary('VolumeModifySuccessful', 'The attributes of the volume were changed.'),
    ordinary('VolumeModifyCanceled', 'The change of the volume attributes was taken back.'),
    broken(
      'VolumeModifyFailed',
      'The attributes of the volume could not be changed.',
      'Read the error of the storage driver in the message.',
      { unseen: true, closedBy: ['VolumeModifySuccessful'] },
    ),
  ]),
  ...rows({ components: [], kinds: ['PersistentVolumeClaim', 'Pod'] }, [
    broken(
      'VolumeResizeFailed',
      'The volume could not be grown.',
      'Read the message: some drivers can grow a volume only while no pod uses it.',
      { unseen: true, closedBy: RESIZED, see: PV },
    ),
  ]),
  ...rows({ components: [], kinds: ['PersistentVolumeClaim', 'PersistentVolume'] }, [
    broken(
      'VolumeMismatch',
      'The volume that the claim names does not fit: size, class, mode or access.',
      'Bring claim and volume in line.',
      { causeCode: 'pvc-unbound', see: PV },
    ),
  ]),
  ...rows({ components: [], kinds: ['PersistentVolume'] }, [
    broken(
      'VolumeFailedDelete',
      'The volume could not be deleted.',
      'Look for a VolumeAttachment that is left over, and at the rights of the driver.',
      { unseen: true },
    ),
    ordinary('VolumeDelete', 'The volume is still in use and will be deleted later.', 1),
    suspicious(
      'VolumeFailedRecycle',
      'The volume cannot be recycled.',
      'Use Delete or Retain as reclaim policy.',
      {
        unseen: true,
      },
    ),
    ordinary('VolumeRecycled', 'The volume was recycled.'),
    ordinary('RecyclerPod', 'A pod recycles the volume.', 3),
    suspicious('VolumeUnknownReclaimPolicy', 'The reclaim policy of the volume is not known.', 'Correct it.'),
    broken(
      'FailedMountOnFilesystemMismatch',
      'The volume has another file system than it says.',
      'Correct fsType of the volume.',
      { unseen: true },
    ),
  ]),
  ...rows({ components: ['attachdetach-controller'], kinds: ['Pod'] }, [
    ordinary('SuccessfulAttachVolume', 'The volume was attached to the node of the pod.'),
    broken(
      'FailedAttachVolume',
      'The volume could not be attached to the node of the pod.',
      'Look at the VolumeAttachment and the log of the attacher.',
      {
        causeCode: 'mount-failed',
        stage: 'volume',
        closedBy: ['SuccessfulAttachVolume', 'Started'],
        cases: MOUNT_CASES,
        see: PV,
      },
    ),
  ]),
  ...rows({ components: ['ephemeral_volume'], kinds: ['Pod'] }, [
    broken(
      'FailedBinding',
      'The claim of an ephemeral volume could not be made.',
      'Look for a claim of the same name, or a quota.',
      { causeCode: 'pvc-unbound', stage: 'scheduling', closedBy: ['Scheduled'] },
    ),
  ]),
  ...rows({ components: ['selinux_warning'], kinds: ['Pod'] }, [
    ...['MultipleSELinuxLabels', 'SELinuxLabelConflict', 'SELinuxChangePolicyConflict'].map((reason) =>
      suspicious(
        reason,
        'Pods that share a volume have different SELinux labels, which a future release will refuse.',
        'Give them the same label, or set seLinuxChangePolicy: Recursive.',
        { severity: 'Info', unseen: true },
      ),
    ),
  ]),
  ...rows({ components: ['resource_claim'], kinds: ['Pod', 'PodGroup'] }, [
    broken(
      'FailedResourceClaimCreation',
      'The ResourceClaim of the pod could not be made.',
      'Check that its template exists.',
      { stage: 'scheduling', closedBy: ['Scheduled'] },
    ),
  ]),
  ...rows({ components: [], kinds: ['VolumeSnapshot', 'VolumeSnapshotContent'] }, [
    ordinary('CreatingSnapshot', 'A snapshot is being made.'),
    ordinary('SnapshotCreated', 'The snapshot was made.'),
    ordinary('SnapshotReady', 'The snapshot can be used.'),
    ...(
      [
        ['SnapshotContentCreationFailed', 'The snapshot could not be made.'],
        ['SnapshotCreationFailed', 'The snapshot could not be made.'],
        ['SnapshotPVCSourceMissing', 'The claim to be snapshotted does not exist.'],
        ['SnapshotMisbound', 'The content of the snapshot belongs to another snapshot.'],
        ['SnapshotContentMissing', 'The content of the snapshot is gone.'],
        ['SnapshotContentMismatch', 'The content of the snapshot does not fit it.'],
        ['SnapshotBindFailed', 'Snapshot and content could not be bound.'],
        ['SnapshotValidationError', 'The snapshot is not valid.'],
        ['SnapshotDeleteError', 'The snapshot could not be deleted.'],
      ] as const
    ).map(([reason, meaning]) =>
      broken(reason, meaning, 'Read status.error of the snapshot, and the log of the snapshotter.', {
        closedBy: ['SnapshotReady'],
      }),
    ),
    suspicious('SnapshotDeletePending', 'The snapshot is deleted once no restore needs it.', 'Wait.', {
      severity: 'Info',
    }),
  ]),
]
