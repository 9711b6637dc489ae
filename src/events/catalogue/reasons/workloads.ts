import { CREATE_CASES } from '../cases/create.ts'
import { broken, ordinary, type ReasonRow, rows, SITE, suspicious } from '../types.ts'

const CONTROLLERS = `${SITE}/concepts/workloads/controllers/`
const PDB = `${SITE}/tasks/run-application/configure-pdb/`
const MAKERS = ['ReplicaSet', 'DaemonSet', 'Job', 'ReplicationController', 'StatefulSet']

/** Controllers that make pods (docs/reference/events.md#B5). */
export const WORKLOADS: readonly ReasonRow[] = [
  ...rows({ components: [], kinds: MAKERS }, [
    ordinary('SuccessfulCreate', 'A pod was created'),
    ordinary('SuccessfulDelete', 'A pod was deleted'),
    ordinary('SuccessfulUpdate', 'A pod was updated'),
    broken(
      'FailedCreate',
      'The pods cannot be created at all, so there is no pod that could show it',
      'Read in the message why the API server refuses them',
      {
        causeCode: 'admission-denied',
        // That one pod could be created does not say that the others can; of a StatefulSet the text names it.
        part: 'Member',
        resolvedBy: ['SuccessfulCreate'],
        cases: CREATE_CASES,
        docs: CONTROLLERS,
      },
    ),
    broken(
      'FailedDelete',
      'A pod could not be deleted',
      'Look for a webhook or missing rights of the controller',
      { notInStatus: true, part: 'Member', resolvedBy: ['SuccessfulDelete'] },
    ),
    broken('FailedUpdate', 'A pod could not be updated', 'Read the error in the message', {
      notInStatus: true,
      part: 'Member',
      resolvedBy: ['SuccessfulUpdate'],
    }),
  ]),
  ...rows({ components: ['deployment-controller'], kinds: ['Deployment'] }, [
    ordinary('ScalingReplicaSet', 'A rollout or a change of scale went one step further'),
    broken(
      'ReplicaSetCreateError',
      'The Deployment cannot create its new ReplicaSet',
      'Read in the message why the API server refuses it',
      { causeCode: 'admission-denied', cases: CREATE_CASES },
    ),
    ordinary('DeploymentRollback', 'The Deployment was rolled back'),
    {
      ...ordinary('DeploymentRollbackRevisionNotFound', 'The revision to roll back to does not exist'),
      type: 'Warning',
    },
    {
      ...ordinary('DeploymentRollbackTemplateUnchanged', 'The revision to roll back to is the present one'),
      type: 'Warning',
    },
  ]),
  ...rows({ components: [], kinds: ['Deployment', 'DaemonSet'] }, [
    broken('SelectingAll', 'The selector is empty and would match every pod', 'Set a selector', {
      notInStatus: true,
    }),
  ]),
  ...rows({ components: ['statefulset-controller'], kinds: ['StatefulSet'] }, [
    suspicious('RecreatingFailedPod', 'A failed pod is replaced', 'Find out why it failed'),
    suspicious('RecreatingTerminatedPod', 'A terminated pod is replaced', 'Find out why it ended'),
    suspicious(
      'ConflictingController',
      'A claim belongs to another controller, so the retention policy of the StatefulSet does not apply to it',
      'Check the owner references of the claim',
      { notInStatus: true },
    ),
  ]),
  ...rows({ components: ['daemonset-controller'], kinds: ['DaemonSet'] }, [
    broken(
      'FailedDaemonPod',
      'A pod of the DaemonSet failed on its node and is replaced',
      'Look at the reason of the failed pod: eviction, or refused by the kubelet',
      { severity: 'Warning', notInStatus: true },
    ),
    {
      ...ordinary(
        'SucceededDaemonPod',
        'A pod of the DaemonSet ended, though it should run for ever',
        'WhenRepeated',
      ),
      advice: 'Find out why the process exits with 0',
    },
  ]),
  ...rows({ components: [], kinds: ['PodDisruptionBudget'] }, [
    {
      ...ordinary('NoPods', 'The PDB protects nothing, because its selector matches no pod', 'WhenRepeated'),
      advice: 'Compare the selector with the labels of the pods',
    },
    suspicious(
      'CalculateExpectedPodCountFailed',
      'The PDB cannot tell how many pods there should be, so it allows no eviction',
      'Use an integer minAvailable for pods whose owner has no scale',
      { activeWhile: { condition: 'DisruptionAllowed', status: 'False' }, docs: PDB },
    ),
    suspicious(
      'UnmanagedPods',
      'The PDB covers pods without a controller, which a percentage cannot count',
      'Use an integer minAvailable',
      { notInStatus: true, docs: PDB },
    ),
  ]),
  ...rows({ components: ['controllermanager'], kinds: ['Pod'] }, [
    broken(
      'MultiplePodDisruptionBudgets',
      'Two PDBs match the pod, so its eviction always fails and no drain of its node ends',
      'Leave one PDB per pod',
      { notInStatus: true, docs: PDB },
    ),
    suspicious(
      'NotDeleted',
      'An eviction was granted, but the pod is still there',
      'Look for finalizers on the pod',
      { notInStatus: true },
    ),
  ]),
  ...rows({ components: ['garbage-collector-controller'], kinds: [] }, [
    broken(
      'OwnerRefInvalidNamespace',
      'The object names an owner in another namespace, so it will be deleted',
      'Remove the owner reference',
      { notInStatus: true },
    ),
  ]),
]
