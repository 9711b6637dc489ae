import { PROBE_CODES } from './probe-codes.ts'

/** What a code of a cause stands for. `docs` is the page of kubernetes.io that explains the mechanism. */
export interface CauseCode {
  readonly code: string
  readonly title: string
  /** One sentence. */
  readonly meaning: string
  readonly docs: string
}

const SITE = 'https://kubernetes.io/docs'
const LIFECYCLE = `${SITE}/concepts/workloads/pods/pod-lifecycle/`
const DEBUG = `${SITE}/tasks/debug/debug-application/debug-pods/`
const FAILURE = `${SITE}/tasks/debug/debug-application/determine-reason-pod-failure/`
const IMAGES = `${SITE}/concepts/containers/images/`
const HOOKS = `${SITE}/concepts/containers/container-lifecycle-hooks/`
const RESOURCES = `${SITE}/concepts/configuration/manage-resources-containers/`
const ASSIGN = `${SITE}/concepts/scheduling-eviction/assign-pod-node/`
const JOBS = `${SITE}/concepts/workloads/controllers/job/`
const VOLUMES = `${SITE}/concepts/storage/volumes/`

/** Every code that this project gives to a cause, by theme, in the order in which the docs list them. */
const TABLE = {
  ...PROBE_CODES,
  crash: [
    'The process ends by itself with an error',
    'The container exits with an error that no probe and no limit caused.',
    FAILURE,
  ],
  'oom-killed': [
    'The container runs out of memory',
    'The kernel killed the process because it reached the memory limit.',
    `${SITE}/tasks/configure-pod-container/assign-memory-resource/`,
  ],
  'completed-restart': [
    'The process ends well and is started again',
    'The container exits with 0, but its restart policy starts it again.',
    LIFECYCLE,
  ],
  'container-command-missing': [
    'The command of the container cannot be started',
    'The executable is not in the image, or may not be executed.',
    DEBUG,
  ],
  'container-create-failed': [
    'The container cannot be created',
    'The container runtime refuses to create or start the container.',
    DEBUG,
  ],
  'run-as-root': [
    'The image runs as root, and runAsNonRoot forbids it',
    'The kubelet refuses to start the container as root.',
    `${SITE}/tasks/configure-pod-container/security-context/`,
  ],
  'poststart-failed': [
    'The postStart hook fails',
    'The container is killed because its postStart hook failed.',
    HOOKS,
  ],
  'prestop-failed': [
    'The preStop hook fails',
    'The hook failed, and the container was stopped without it.',
    HOOKS,
  ],
  'slow-stop': [
    'The process does not stop when asked to',
    'The process ignores SIGTERM and is killed at the end of the grace period.',
    LIFECYCLE,
  ],
  'stuck-terminating': [
    'The pod is not gone long after it was deleted',
    'Something keeps a deleted pod from going away.',
    LIFECYCLE,
  ],
  'init-failed': [
    'An init container fails',
    'The containers of the pod wait until every init container has ended well.',
    `${SITE}/tasks/debug/debug-application/debug-init-containers/`,
  ],
  'init-running': [
    'An init container does not end',
    'The containers of the pod wait until every init container has ended well.',
    `${SITE}/tasks/debug/debug-application/debug-init-containers/`,
  ],
  'image-pull': ['The image cannot be pulled', 'The node does not get the image from the registry.', IMAGES],
  'image-name': ['The image name is not valid', 'The image reference cannot be parsed.', IMAGES],
  'image-never': [
    'The image is not on the node and may not be pulled',
    'imagePullPolicy is Never, and the node does not have the image.',
    IMAGES,
  ],
  'config-missing': [
    'A ConfigMap, a Secret or a key of it is missing',
    'The environment of the container refers to something that does not exist.',
    `${SITE}/tasks/configure-pod-container/configure-pod-configmap/`,
  ],
  'mount-missing': [
    'A volume refers to something that does not exist',
    'The Secret, ConfigMap, claim or path behind a volume is missing.',
    VOLUMES,
  ],
  'mount-failed': [
    'A volume cannot be mounted',
    'The volume exists, but attaching or mounting it fails.',
    VOLUMES,
  ],
  'pvc-unbound': [
    'A PersistentVolumeClaim is not bound',
    'The pod waits for a volume that nobody has provided yet.',
    `${SITE}/concepts/storage/persistent-volumes/`,
  ],
  'unschedulable-resources': [
    'No node has room for the requests of the pod',
    'The requests exceed what is left on every node that would otherwise do.',
    `${RESOURCES}#troubleshooting`,
  ],
  'unschedulable-affinity': [
    'No node matches the affinity or selector of the pod',
    'The node selector or affinity rules exclude the nodes.',
    ASSIGN,
  ],
  'unschedulable-taints': [
    'The pod does not tolerate the taints of the nodes',
    'The nodes are tainted or cordoned, and the pod does not tolerate it.',
    `${SITE}/concepts/scheduling-eviction/taint-and-toleration/`,
  ],
  'unschedulable-ports': [
    'The host port is taken on every node',
    'The pod wants a hostPort that is already in use.',
    `${SITE}/concepts/configuration/overview/`,
  ],
  'unschedulable-spread': [
    'The topology spread constraints leave no node',
    'Each node would make the spread more uneven than maxSkew allows.',
    `${SITE}/concepts/scheduling-eviction/topology-spread-constraints/`,
  ],
  'unschedulable-volume': [
    'The volume is not where the pod could run',
    'The volume can only be used from nodes that are excluded for other reasons.',
    `${SITE}/concepts/storage/persistent-volumes/`,
  ],
  unschedulable: [
    'The scheduler finds no node',
    'The scheduler names reasons that have no code of their own.',
    `${SITE}/concepts/scheduling-eviction/kube-scheduler/`,
  ],
  'scheduling-gated': [
    'A scheduling gate holds the pod back',
    'The scheduler does not look at the pod until its gates are removed.',
    `${SITE}/concepts/scheduling-eviction/pod-scheduling-readiness/`,
  ],
  'sandbox-failed': [
    'The network or sandbox of the pod cannot be set up',
    'The runtime or the network plugin of the node fails before any container starts.',
    `${SITE}/concepts/extend-kubernetes/compute-storage-net/network-plugins/`,
  ],
  'quota-exceeded': [
    'A ResourceQuota refuses the pods',
    'The namespace has used up its quota, so new pods are refused.',
    `${SITE}/concepts/policy/resource-quotas/`,
  ],
  'pod-security': [
    'Pod Security admission refuses the pods',
    'The pod template breaks the Pod Security Standard of the namespace.',
    `${SITE}/concepts/security/pod-security-admission/`,
  ],
  'admission-denied': [
    'Admission refuses the pods',
    'A webhook, a policy, a limit range or a missing object makes the API server refuse the pods.',
    `${SITE}/reference/access-authn-authz/admission-controllers/`,
  ],
  'readiness-gate': [
    'A readiness gate is not true',
    'All containers are ready, but a condition that another controller must set is not true.',
    `${LIFECYCLE}#pod-readiness-gate`,
  ],
  'job-deadline': [
    'The Job ran into its deadline',
    'The Job was active for longer than activeDeadlineSeconds.',
    JOBS,
  ],
  'job-backoff': [
    'The Job gave up after its pods failed too often',
    'More pods failed than backoffLimit allows.',
    JOBS,
  ],
  'job-failed': [
    'The Job failed by its own rules',
    'A pod failure policy, or the limit of failed indexes, ended the Job.',
    JOBS,
  ],
  'node-not-ready': [
    'The node is not ready',
    'The kubelet of the node does not report, or reports that it is not ready.',
    `${SITE}/tasks/debug/debug-cluster/`,
  ],
  'node-pressure': [
    'The node runs short of memory, disk or process ids',
    'The kubelet reports pressure and may evict pods.',
    `${SITE}/concepts/scheduling-eviction/node-pressure-eviction/`,
  ],
  'node-shutdown': [
    'The node of the pod shut down',
    'The kubelet ended the pod because its node shut down or was lost.',
    `${SITE}/concepts/cluster-administration/node-shutdown/`,
  ],
  'pod-deadline': [
    'The pod ran into its own deadline',
    'The pod was active for longer than its activeDeadlineSeconds.',
    LIFECYCLE,
  ],
  evicted: [
    'The pod was evicted',
    'The kubelet ended the pod because the node or the pod used too much.',
    `${SITE}/concepts/scheduling-eviction/node-pressure-eviction/`,
  ],
  preempted: [
    'The pod was preempted',
    'The pod had to make room for one of higher priority.',
    `${SITE}/concepts/scheduling-eviction/pod-priority-preemption/`,
  ],
  'kubelet-rejected': [
    'The kubelet refused the pod',
    'The node could not take the pod that was assigned to it.',
    `${SITE}/concepts/scheduling-eviction/assign-pod-node/`,
  ],
  'progress-deadline': [
    'The rollout did not finish in time',
    'The new pods were not available within progressDeadlineSeconds; why is another finding.',
    `${SITE}/concepts/workloads/controllers/deployment/#failed-deployment`,
  ],
  'not-started-unexplained': [
    'The container does not start, and nothing recorded says why',
    'The events that would tell have expired or were not read.',
    DEBUG,
  ],
} as const satisfies Readonly<Record<string, readonly [title: string, meaning: string, docs: string]>>

/** The code of a cause. */
export type Code = keyof typeof TABLE

/** All codes with their meaning, in the order of the docs. */
export const CAUSE_CODES: readonly CauseCode[] = Object.entries(TABLE).map(
  ([code, [title, meaning, docs]]) => ({
    code,
    title,
    meaning,
    docs,
  }),
)

/** The row of one code. */
export const causeCode = (code: Code): CauseCode => {
  const [title, meaning, docs] = TABLE[code]
  return { code, title, meaning, docs }
}
