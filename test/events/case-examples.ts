/**
 * For each case of the catalogue a message as it is written, and one that is near it and means something else. Where the
 * near one is about another reason than the case's first, or no text is near, `reason` says so.
 */
export interface CaseExample {
  readonly seen: string
  readonly near: string
}

const pull = (error: string) => `Failed to pull image "registry.test/app:1": ${error}`
const rpc = (error: string) =>
  pull(`rpc error: code = Unknown desc = failed to pull and unpack image: ${error}`)
const created = (error: string) => `Error creating: pods "web-7d9x2-" is forbidden: ${error}`
const nodes = (clause: string) =>
  `0/3 nodes are available: 3 ${clause}. preemption: 0/3 nodes are available: 3 none.`
const setup = (error: string) => `MountVolume.SetUp failed for volume "data" : ${error}`
const task = (error: string) =>
  `Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${error}`

export const CASE_EXAMPLES: Readonly<Record<string, CaseExample>> = {
  'image-pull-echo': { seen: 'Error: ErrImagePull', near: 'Error: ErrImageNeverPull' },
  'image-never-echo': { seen: 'Error: ErrImageNeverPull', near: 'Error: ErrImagePull' },
  'image-name-echo': { seen: 'Error: InvalidImageName', near: 'Error: ImageInspectError' },
  'image-platform': {
    seen: rpc('no match for platform in manifest: not found'),
    near: rpc('manifest unknown'),
  },
  'registry-rate-limit': {
    seen: rpc(
      '429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit',
    ),
    near: rpc('unexpected status from HEAD request: 503 Service Unavailable'),
  },
  'registry-credentials': {
    seen: rpc(
      'pull access denied, repository does not exist or may require authorization: insufficient_scope',
    ),
    near: rpc('unexpected status code 404: not found'),
  },
  'registry-certificate': {
    seen: rpc('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
    near: rpc('net/http: TLS handshake timeout'),
  },
  'registry-plain-http': {
    seen: rpc('http: server gave HTTP response to HTTPS client'),
    near: rpc('dial tcp 10.0.0.5:5000: connect: connection refused'),
  },
  'image-disk-full': {
    seen: rpc('write /var/lib/containerd/ingest/x: no space left on device'),
    near: rpc('failed to extract layer: context deadline exceeded'),
  },
  'image-pull-throttled': { seen: pull('pull QPS exceeded'), near: pull('toomanyrequests') },
  'image-signature': {
    seen: pull('SignatureValidationFailed: Source image rejected'),
    near: pull('RegistryUnavailable: registry is unavailable'),
  },
  'image-not-found': {
    seen: rpc('failed to resolve reference "registry.test/app:1": registry.test/app:1: not found'),
    near: rpc('lookup registry.test: no such host'),
  },
  'registry-unreachable': {
    seen: rpc('dial tcp: lookup registry.test on 10.0.0.10:53: no such host'),
    near: rpc('context canceled'),
  },
  'image-pull-slow': { seen: rpc('context deadline exceeded'), near: rpc('unexpected EOF') },
  'image-pull-other': { seen: rpc('unexpected EOF'), near: 'Error: unexpected EOF' },
  'config-object-missing': {
    seen: 'Error: configmap "settings" not found',
    near: "Error: couldn't find key mode in ConfigMap shop/settings",
  },
  'config-key-missing': {
    seen: "Error: couldn't find key mode in ConfigMap shop/settings",
    near: 'Error: secret "settings" not found',
  },
  'run-as-root-forbidden': {
    seen: 'Error: container has runAsNonRoot and image will run as root (pod: "web-1_shop(u)", container: app)',
    near: 'Error: image has no numeric user',
  },
  'command-wrong-architecture': {
    seen: task('exec: "/app": exec format error'),
    near: task('exec: "/app": permission denied'),
  },
  'mount-onto-file': {
    seen: task(
      'error during container init: error mounting "/a" to rootfs at "/etc/b": not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?',
    ),
    near: task('error during container init: error mounting "/a" to rootfs: permission denied'),
  },
  'command-not-found': {
    seen: task('exec: "serve": executable file not found in $PATH'),
    near: task('exec: "serve": permission denied'),
  },
  'command-not-permitted': {
    seen: task('exec: "/app": permission denied'),
    near: task('error during container init: write /proc/self: permission denied'),
  },
  'memory-limit-too-low-to-start': {
    seen: task('container init was OOM-killed (memory limit too low?)'),
    near: task('container init was killed'),
  },
  'runtime-slow': {
    seen: 'Error: failed to reserve container name "app_web-1_shop_u_0": name is reserved for "x"',
    near: 'Error: failed to get sandbox container task: no running task found',
  },
  'debug-target-missing': {
    seen: 'Error: unable to find target container "app"',
    near: 'Error: unable to find data in memory cache',
  },
  'pod-directories-failed': {
    seen: 'error making pod data directories: mkdir /var/lib/kubelet/pods/u: read-only file system',
    near: 'Error: mkdir /var/lib/kubelet/pods/u: read-only file system',
  },
  'container-create-other': {
    seen: 'Error: failed to get sandbox container task: no running task found',
    near: 'failed to get sandbox container task: no running task found',
  },
  'image-pull-backoff': {
    seen: 'Back-off pulling image "registry.test/app:1"',
    near: 'Back-off restarting failed container app in pod web-1_shop(u)',
  },
  'liveness-probe-killed': {
    seen: 'Container app failed liveness probe, will be restarted',
    near: 'Container app failed startup probe, will be restarted',
  },
  'startup-probe-killed': {
    seen: 'Container app failed startup probe, will be restarted',
    near: 'Container app failed liveness probe, will be restarted',
  },
  'poststart-killed': { seen: 'FailedPostStartHook', near: 'Stopping container app' },
  'runtime-lost-container': {
    seen: 'Container is in "CONTAINER_UNKNOWN" state, try killing it before restart',
    near: 'Stopping container app',
  },
  'container-changed': {
    seen: 'Container app definition changed, will be restarted',
    near: 'Container app failed liveness probe, will be restarted',
  },
  'pod-ips-exhausted': {
    seen: 'Failed to create pod sandbox: plugin type="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
    near: 'Failed to create pod sandbox: plugin type="aws-cni" failed (add): connection refused',
  },
  'runtime-class-missing': {
    seen: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "gvisor" is configured',
    near: 'Failed to create pod sandbox: rpc error: code = Unknown desc = runtime gvisor failed',
  },
  'pause-image-missing': {
    seen: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image',
    near: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox',
  },
  'network-plugin-failed': {
    seen: 'Failed to create pod sandbox: plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized',
    near: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox',
  },
  'sandbox-slow': {
    seen: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to reserve sandbox name "web-1_shop_u_0"',
    near: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to start sandbox',
  },
  'volume-cache-noise': {
    seen: setup('object "shop"/"settings" not registered'),
    near: setup('configmap "settings" not found'),
  },
  'volume-cache-timeout': {
    seen: setup('failed to sync configmap cache: timed out waiting for the condition'),
    near: setup('timed out waiting for the condition'),
  },
  'volume-object-missing': {
    seen: setup('secret "tls" not found'),
    near: setup('references non-existent secret key: tls.crt'),
  },
  'volume-key-missing': {
    seen: setup('references non-existent config key: app.yaml'),
    near: setup('configmap "settings" not found'),
  },
  'volume-service-account-missing': {
    seen: setup('failed to fetch token: serviceaccounts "web" not found'),
    near: setup('secret "web" not found'),
  },
  'volume-driver-missing': {
    seen: 'MountVolume.MountDevice failed for volume "pv" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ebs.csi.aws.com not found in the list of registered CSI drivers',
    near: 'MountVolume.MountDevice failed for volume "pv" : rpc error: code = Internal desc = driver ebs.csi.aws.com failed',
  },
  'volume-path-type': {
    seen: setup('hostPath type check failed: /data is not a directory'),
    near: setup('mount failed: exit status 32'),
  },
  'volume-multi-attach': {
    seen: 'Multi-Attach error for volume "pv" Volume is already exclusively attached to one node and can\'t be attached to another',
    near: 'AttachVolume.Attach failed for volume "pv" : volume attachment is being deleted',
  },
  'volume-fs-error': {
    seen: setup('mount failed: exit status 32'),
    near: setup('rpc error: code = Internal desc = driver failed'),
  },
  'volume-fsgroup-failed': {
    seen: setup('applyFSGroup failed for vol data: lchown /a: operation not permitted'),
    near: setup('lchown /a: operation not permitted'),
  },
  'volume-detaching': {
    seen: 'AttachVolume.Attach failed for volume "pv" : volume attachment is being deleted',
    near: 'AttachVolume.Attach failed for volume "pv" : rpc error: code = NotFound desc = disk is gone',
  },
  'volume-driver-slow': {
    seen: setup('rpc error: code = DeadlineExceeded desc = context deadline exceeded'),
    near: setup('rpc error: code = Internal desc = driver failed'),
  },
  'evicted-own-limit': {
    seen: 'Usage of EmptyDir volume "cache" exceeds the limit "1Gi". ',
    near: 'The node was low on resource: ephemeral-storage. ',
  },
  'evicted-at-admission': {
    seen: 'The node had condition: [DiskPressure]. ',
    near: 'The node was low on resource: ephemeral-storage. ',
  },
  'evicted-node-pressure': {
    seen: 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 90Mi. ',
    near: 'The node had condition: [MemoryPressure]. ',
  },
  'taint-eviction-cancelled': {
    seen: 'Cancelling deletion of Pod shop/web-1',
    near: 'Marking for deletion Pod shop/web-1',
  },
  'scheduling-deleted-pod': {
    seen: 'skip schedule deleting pod: shop/web-1',
    near: nodes('node(s) were deleted'),
  },
  'scheduling-claim-unbound': {
    seen: '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: not eligible',
    near: '0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: not eligible',
  },
  'scheduling-claim-missing': {
    seen: '0/3 nodes are available: persistentvolumeclaim "data" not found. preemption: not eligible',
    near: '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
  },
  'scheduling-too-little-room': {
    seen: nodes('Insufficient cpu'),
    near: nodes('node(s) were unschedulable'),
  },
  'scheduling-volume-elsewhere': {
    seen: nodes('node(s) had volume node affinity conflict'),
    near: nodes("node(s) didn't match Pod's node affinity/selector"),
  },
  'scheduling-taints': {
    seen: nodes('node(s) had untolerated taint(s)'),
    near: nodes('Insufficient memory'),
  },
  'scheduling-affinity': {
    seen: nodes("node(s) didn't match pod anti-affinity rules"),
    near: nodes("node(s) didn't match pod topology spread constraints"),
  },
  'scheduling-spread': {
    seen: nodes("node(s) didn't match pod topology spread constraints"),
    near: nodes("node(s) didn't match pod affinity rules"),
  },
  'scheduling-ports': {
    seen: nodes("node(s) didn't have free ports for the requested pod ports"),
    near: nodes('Too many pods'),
  },
  'scheduling-devices': {
    seen: nodes('cannot allocate all claims'),
    near: nodes('Insufficient example.com/gpu'),
  },
  'scheduling-no-nodes': {
    seen: 'no nodes available to schedule pods',
    near: nodes('node(s) were unschedulable'),
  },
  'create-quota': {
    seen: created('exceeded quota: limit, requested: pods=1, used: pods=1, limited: pods=1'),
    near: created('failed quota: limit: must specify limits.cpu for: app'),
  },
  'create-quota-unset': {
    seen: created('failed quota: limit: must specify limits.cpu for: app'),
    near: created('exceeded quota: limit, requested: pods=1, used: pods=1, limited: pods=1'),
  },
  'create-pod-security': {
    seen: created('violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'),
    near: created('User "x" cannot create resource "pods"'),
  },
  'create-limit-range': {
    seen: created('maximum cpu usage per Container is 1, but limit is 2'),
    near: created(
      'exceeded quota: limit, requested: limits.cpu=2, used: limits.cpu=0, limited: limits.cpu=1',
    ),
  },
  'create-service-account': {
    seen: created('error looking up service account shop/web: serviceaccount "web" not found'),
    near: created('no PriorityClass with name high was found'),
  },
  'create-webhook-down': {
    seen: 'Error creating: Internal error occurred: failed calling webhook "policy.test": failed to call webhook: Post "https://policy.shop.svc:443/": dial tcp 10.0.0.9:443: connect: connection refused',
    near: 'Error creating: admission webhook "policy.test" denied the request: no owner label',
  },
  'create-webhook-denied': {
    seen: 'Error creating: admission webhook "policy.test" denied the request: no owner label',
    near: 'Error creating: Internal error occurred: failed calling webhook "policy.test": context deadline exceeded',
  },
  'create-policy-denied': {
    seen: created("ValidatingAdmissionPolicy 'owner' with binding 'owner' denied request: no owner label"),
    near: 'Error creating: admission webhook "policy.test" denied the request: no owner label',
  },
  'create-priority-class': {
    seen: created('no PriorityClass with name high was found'),
    near: created('serviceaccount "high" not found'),
  },
  'create-invalid': {
    seen: 'Error creating: Pod "web-7d9x2" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit',
    near: 'Error creating: Timeout: request did not complete within requested timeout',
  },
  'cronjob-run-failed': {
    seen: 'Saw completed job: nightly-29400000, condition: Failed',
    near: 'Saw completed job: nightly-29400000, condition: Complete',
  },
  'claim-volume-taken': {
    seen: 'volume "pv" already bound to a different claim.',
    near: 'no persistent volumes available for this claim and no storage class is set',
  },
  'storage-class-missing': {
    seen: 'storageclass.storage.k8s.io "fast" not found',
    near: 'failed to provision volume with StorageClass "fast": rpc error: code = ResourceExhausted desc = quota',
  },
  'ingress-reload-failed': {
    seen: 'Error reloading NGINX: exit status 1',
    near: 'NGINX reload triggered due to a change in configuration',
  },
  'hpa-request-missing': {
    seen: 'failed to get cpu utilization: missing request for cpu in container app of Pod web-1',
    near: 'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)',
  },
  'hpa-no-pod-metrics': {
    seen: 'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API',
    near: 'failed to get cpu utilization: missing request for cpu in container app of Pod web-1',
  },
  'hpa-metrics-api-down': {
    seen: 'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
    near: 'failed to get cpu utilization: missing request for cpu in container app of Pod web-1',
  },
}
