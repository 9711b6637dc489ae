import type { CaseId } from '../../src/events/catalogue/cases/ids.ts'

const pull = (error: string) => `Failed to pull image "registry.test/app:1": ${error}`
const rpc = (error: string) =>
  pull(`rpc error: code = Unknown desc = failed to pull and unpack image: ${error}`)
const created = (error: string) => `Error creating: pods "web-7d9x2-" is forbidden: ${error}`
const nodes = (clause: string) =>
  `0/3 nodes are available: 3 ${clause}. preemption: 0/3 nodes are available: 3 none.`
const setup = (error: string) => `MountVolume.SetUp failed for volume "data" : ${error}`
const task = (error: string) =>
  `Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${error}`

/** Messages as they are written, by the case of the catalogue that they are and that alone. */
export const CASE_MESSAGES: Readonly<Record<CaseId, readonly string[]>> = {
  'image-pull-echo': ['Error: ErrImagePull', 'Error: ImageInspectError'],
  'image-never-echo': ['Error: ErrImageNeverPull'],
  'image-name-echo': ['Error: InvalidImageName'],
  'image-platform': [rpc('no match for platform in manifest: not found')],
  'registry-rate-limit': [
    rpc('429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit'),
    pull('toomanyrequests'),
  ],
  'registry-credentials': [
    rpc('pull access denied, repository does not exist or may require authorization: insufficient_scope'),
  ],
  'registry-certificate': [
    rpc('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
  ],
  'registry-plain-http': [rpc('http: server gave HTTP response to HTTPS client')],
  'image-disk-full': [rpc('write /var/lib/containerd/ingest/x: no space left on device')],
  'image-pull-throttled': [pull('pull QPS exceeded')],
  'image-signature': [pull('SignatureValidationFailed: Source image rejected')],
  'image-not-found': [
    rpc('failed to resolve reference "registry.test/app:1": registry.test/app:1: not found'),
    rpc('manifest unknown'),
    rpc('unexpected status code 404: not found'),
  ],
  'registry-unreachable': [
    rpc('dial tcp: lookup registry.test on 10.0.0.10:53: no such host'),
    rpc('net/http: TLS handshake timeout'),
    rpc('dial tcp 10.0.0.5:5000: connect: connection refused'),
    pull('RegistryUnavailable: registry is unavailable'),
    pull('RegistryUnavailable: mirror said 404 not found'),
    pull('RegistryUnavailable'),
    rpc('lookup registry.test: no such host'),
  ],
  'image-pull-slow': [
    rpc('context deadline exceeded'),
    rpc('failed to extract layer: context deadline exceeded'),
    rpc('context canceled'),
  ],
  'image-pull-other': [
    rpc('unexpected EOF'),
    rpc('unexpected status from HEAD request: 503 Service Unavailable'),
  ],
  'config-object-missing': ['Error: configmap "settings" not found', 'Error: secret "settings" not found'],
  'config-key-missing': [
    "Error: couldn't find key mode in ConfigMap shop/settings",
    "Error: couldn't find key a in Secret shop/b",
  ],
  'run-as-root-forbidden': [
    'Error: container has runAsNonRoot and image will run as root (pod: "web-1_shop(u)", container: app)',
  ],
  'command-wrong-architecture': [
    task('exec: "/app": exec format error'),
    'Error: exec /bin/app: exec format error',
  ],
  'mount-onto-file': [
    task(
      'error during container init: error mounting "/a" to rootfs at "/etc/b": not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?',
    ),
  ],
  'command-not-found': [
    task('exec: "serve": executable file not found in $PATH'),
    'Error: exec: "serve": executable file not found in $PATH',
  ],
  'command-not-permitted': [
    task('exec: "/app": permission denied'),
    task('exec: "serve": permission denied'),
  ],
  'memory-limit-too-low-to-start': [
    task('container init was OOM-killed (memory limit too low?)'),
    'Error: container init was OOM-killed (memory limit too low?)',
  ],
  'runtime-slow': ['Error: failed to reserve container name "app_web-1_shop_u_0": name is reserved for "x"'],
  'debug-target-missing': ['Error: unable to find target container "app"'],
  'pod-directories-failed': [
    'error making pod data directories: mkdir /var/lib/kubelet/pods/u: read-only file system',
  ],
  'container-create-other': [
    'Error: failed to get sandbox container task: no running task found',
    'Error: unexpected EOF',
    'Error: image has no numeric user',
    task('error during container init: error mounting "/a" to rootfs: permission denied'),
    task('error during container init: write /proc/self: permission denied'),
    task('container init was killed'),
    'Error: unable to find data in memory cache',
    'Error: mkdir /var/lib/kubelet/pods/u: read-only file system',
  ],
  'image-pull-backoff': ['Back-off pulling image "registry.test/app:1"'],
  'liveness-probe-killed': ['Container app failed liveness probe, will be restarted'],
  'startup-probe-killed': ['Container app failed startup probe, will be restarted'],
  'poststart-killed': ['FailedPostStartHook'],
  'runtime-lost-container': ['Container is in "CONTAINER_UNKNOWN" state, try killing it before restart'],
  'restart-rule-killed': ['killing', 'Killing'],
  'container-changed': ['Container app definition changed, will be restarted'],
  'pod-ips-exhausted': [
    'Failed to create pod sandbox: plugin type="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
    'failed to assign an IP address to container',
  ],
  'runtime-class-missing': [
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "gvisor" is configured',
  ],
  'pause-image-missing': [
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image',
  ],
  'network-plugin-failed': [
    'Failed to create pod sandbox: plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized',
    'Failed to create pod sandbox: plugin type="aws-cni" failed (add): connection refused',
  ],
  'sandbox-slow': [
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to reserve sandbox name "web-1_shop_u_0"',
  ],
  'volume-cache-noise': [setup('object "shop"/"settings" not registered')],
  'volume-cache-timeout': [setup('failed to sync configmap cache: timed out waiting for the condition')],
  'volume-object-missing': [
    setup('secret "tls" not found'),
    setup('configmap "settings" not found'),
    setup('secret "web" not found'),
  ],
  'volume-key-missing': [
    setup('references non-existent config key: app.yaml'),
    setup('references non-existent secret key: tls.crt'),
  ],
  'volume-service-account-missing': [setup('failed to fetch token: serviceaccounts "web" not found')],
  'volume-driver-missing': [
    'MountVolume.MountDevice failed for volume "pv" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
  ],
  'volume-path-type': [setup('hostPath type check failed: /data is not a directory')],
  'volume-multi-attach': [
    'Multi-Attach error for volume "pv" Volume is already exclusively attached to one node and can\'t be attached to another',
  ],
  'volume-fs-error': [setup('mount failed: exit status 32')],
  'volume-fsgroup-failed': [setup('applyFSGroup failed for vol data: lchown /a: operation not permitted')],
  'volume-detaching': ['AttachVolume.Attach failed for volume "pv" : volume attachment is being deleted'],
  'volume-driver-slow': [setup('rpc error: code = DeadlineExceeded desc = context deadline exceeded')],
  'evicted-own-limit': ['Usage of EmptyDir volume "cache" exceeds the limit "1Gi". '],
  'evicted-at-admission': [
    'The node had condition: [DiskPressure]. ',
    'The node had condition: [MemoryPressure]. ',
    'Pod The node had condition: [DiskPressure]. ',
    'Pod was rejected: The node had condition: [DiskPressure]. ',
  ],
  'evicted-node-pressure': [
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. ',
    'The node was low on resource: ephemeral-storage. ',
  ],
  'taint-eviction-cancelled': ['Cancelling deletion of Pod shop/web-1'],
  'scheduling-deleted-pod': ['skip schedule deleting pod: shop/web-1'],
  'scheduling-claim-unbound': [
    '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: not eligible',
    '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
  ],
  'scheduling-claim-missing': [
    '0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: not eligible',
  ],
  'scheduling-volume-lost': [
    nodes('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'),
    '0/3 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-1". preemption: not eligible',
  ],
  'scheduling-too-little-room': [
    nodes('Insufficient cpu'),
    nodes('Insufficient memory'),
    nodes('Too many pods'),
    nodes('Insufficient example.com/gpu'),
  ],
  'scheduling-volume-elsewhere': [nodes('node(s) had volume node affinity conflict')],
  'scheduling-taints': [nodes('node(s) had untolerated taint(s)'), nodes('node(s) were unschedulable')],
  'scheduling-affinity': [
    nodes("node(s) didn't match pod anti-affinity rules"),
    nodes("node(s) didn't match Pod's node affinity/selector"),
    nodes("node(s) didn't match pod affinity rules"),
  ],
  'scheduling-spread': [nodes("node(s) didn't match pod topology spread constraints")],
  'scheduling-ports': [nodes("node(s) didn't have free ports for the requested pod ports")],
  'scheduling-devices': [nodes('cannot allocate all claims')],
  'scheduling-no-nodes': ['no nodes available to schedule pods'],
  'create-quota': [
    created('exceeded quota: limit, requested: pods=1, used: pods=1, limited: pods=1'),
    created('exceeded quota: limit, requested: limits.cpu=2, used: limits.cpu=0, limited: limits.cpu=1'),
  ],
  'create-quota-unset': [created('failed quota: limit: must specify limits.cpu for: app')],
  'create-pod-security': [
    created('violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'),
  ],
  'create-limit-range': [created('maximum cpu usage per Container is 1, but limit is 2')],
  'create-service-account': [
    created('error looking up service account shop/web: serviceaccount "web" not found'),
    created('serviceaccount "high" not found'),
  ],
  'create-webhook-down': [
    'Error creating: Internal error occurred: failed calling webhook "policy.test": failed to call webhook: Post "https://policy.shop.svc:443/": dial tcp 10.0.0.9:443: connect: connection refused',
    'Error creating: Internal error occurred: failed calling webhook "policy.test": context deadline exceeded',
  ],
  'create-webhook-denied': [
    'Error creating: admission webhook "policy.test" denied the request: no owner label',
  ],
  'create-policy-denied': [
    created("ValidatingAdmissionPolicy 'owner' with binding 'owner' denied request: no owner label"),
  ],
  'create-priority-class': [created('no PriorityClass with name high was found')],
  'create-invalid': [
    'Error creating: Pod "web-7d9x2" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit',
  ],
  'cronjob-run-failed': ['Saw completed job: nightly-29400000, condition: Failed'],
  'claim-volume-taken': ['volume "pv" already bound to a different claim.'],
  'storage-class-missing': ['storageclass.storage.k8s.io "fast" not found'],
  'ingress-reload-failed': ['Error reloading NGINX: exit status 1'],
  'hpa-request-missing': [
    'failed to get cpu utilization: missing request for cpu in container app of Pod web-1',
  ],
  'hpa-no-pod-metrics': [
    'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API',
    'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)',
  ],
  'hpa-metrics-api-down': [
    'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
  ],
}

/** Messages of reasons with cases that are none of these, though they come near. */
export const OTHER_MESSAGES: Readonly<Record<string, readonly string[]>> = {
  Failed: ['failed to get sandbox container task: no running task found'],
  BackOff: ['Back-off restarting failed container app in pod web-1_shop(u)'],
  Killing: ['Stopping container app'],
  FailedCreatePodSandBox: [
    'Failed to create pod sandbox: rpc error: code = Unknown desc = runtime gvisor failed',
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox',
  ],
  FailedMount: [
    'Unable to attach or mount volumes: unmounted volumes=[a]: timed out waiting for the condition',
    setup('timed out waiting for the condition'),
    'MountVolume.MountDevice failed for volume "pv" : rpc error: code = Internal desc = driver ebs.csi.aws.com failed',
    setup('rpc error: code = Internal desc = driver failed'),
    setup('lchown /a: operation not permitted'),
    'AttachVolume.Attach failed for volume "pv" : rpc error: code = NotFound desc = disk is gone',
  ],
  TaintManagerEviction: ['Marking for deletion Pod shop/web-1'],
  FailedScheduling: [nodes('node(s) were deleted')],
  FailedCreate: [
    created('User "x" cannot create resource "pods"'),
    'Error creating: Timeout: request did not complete within requested timeout',
  ],
  SawCompletedJob: ['Saw completed job: nightly-29400000, condition: Complete'],
  FailedBinding: ['no persistent volumes available for this claim and no storage class is set'],
  ProvisioningFailed: [
    'failed to provision volume with StorageClass "fast": rpc error: code = ResourceExhausted desc = quota',
  ],
  RELOAD: ['NGINX reload triggered due to a change in configuration'],
}
