import type { ContainerLog } from '../../src/model/snapshot/snapshot.ts'
import { ago, condition, event, log, pod } from '../helpers/builders.ts'
import {
  crashing,
  execProbe,
  grpcProbe,
  httpProbe,
  killing,
  podWith,
  refused as refusal,
  sinceStart,
  unhealthy,
  unready,
  young,
} from '../helpers/probes.ts'
import {
  answer,
  available,
  before,
  crashed,
  ended,
  failing,
  init,
  initEnded,
  job,
  leaving,
  nodeWith,
  notFound,
  type Objects,
  pending,
  refused,
  rollout,
  stopped,
  waiting,
} from './states.ts'

/** A state in which the cause is told, and one that is near it and has another cause, or none. */
export interface Example {
  readonly seen: Objects
  readonly near: Objects
  readonly logs?: readonly ContainerLog[]
}

/** The causes that no row of the field cases shows. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'tls-handshake': {
    seen: failing(
      httpProbe({ scheme: 'HTTPS' }),
      answer('remote error: tls: protocol version not supported'),
    ),
    near: failing(httpProbe({ scheme: 'HTTPS' }), answer('remote error: tls: certificate required')),
  },
  starting: {
    seen: [young({ readinessProbe: httpProbe() }), sinceStart(`Readiness probe failed: ${refusal()}`)],
    near: [
      young({ readinessProbe: httpProbe() }),
      sinceStart('Readiness probe failed: HTTP probe failed with statuscode: 404'),
    ],
  },
  'grpc-unauthorized': {
    seen: failing(
      grpcProbe(),
      'failed: error: health rpc probe failed: rpc error: code = Unauthenticated desc = no token',
    ),
    near: failing(
      grpcProbe(),
      'failed: error: this server does not implement the grpc health protocol (grpc.health.v1.Health): unknown service',
    ),
  },
  hang: {
    seen: [
      crashing({ livenessProbe: httpProbe() }, 3600),
      unhealthy(
        'Liveness probe failed: Get "http://10.0.0.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      ),
      killing('liveness'),
    ],
    near: [
      crashing({ livenessProbe: httpProbe() }, 3600),
      unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500'),
      killing('liveness'),
    ],
  },
  'exec-runtime-error': {
    seen: [
      podWith({ livenessProbe: execProbe('cat', '/alive') }),
      unhealthy(
        'Liveness probe errored: rpc error: code = Unavailable desc = error reading from server: EOF',
      ),
    ],
    near: [
      podWith({ livenessProbe: execProbe('cat', '/alive') }),
      unhealthy('Liveness probe failed: cat: /alive: No such file or directory'),
    ],
  },
  'not-ready-unexplained': {
    seen: [unready({ readinessProbe: httpProbe() })],
    near: [
      unready({ readinessProbe: httpProbe() }),
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404', 100),
    ],
  },
  'probe-kill-unexplained': {
    seen: [crashing({ livenessProbe: httpProbe() }, 12)],
    near: [crashing({ livenessProbe: httpProbe() }, 300)],
    logs: log('listening on 0.0.0.0:8080'),
  },
  'completed-restart': { seen: crashed(0, 'Completed'), near: crashed(1) },
  'container-command-missing': { seen: crashed(127), near: crashed(1) },
  'container-create-failed': {
    seen: waiting('CreateContainerError', 'failed to reserve container name'),
    near: waiting('CreateContainerConfigError', 'secret "db" not found'),
  },
  'run-as-root': {
    seen: waiting('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root'),
    near: waiting('CreateContainerConfigError', 'configmap "settings" not found'),
  },
  'prestop-failed': {
    seen: [pod(), event('FailedPreStopHook', 'PreStopHook failed')],
    near: [pod(), event('Killing', 'Stopping container app', { type: 'Normal' })],
  },
  'slow-stop': { seen: stopped(137), near: stopped(143) },
  'stuck-terminating': { seen: leaving(900), near: leaving(-20) },
  'init-failed': { seen: initEnded(2), near: init({ state: { running: { startedAt: ago(20) } } }) },
  'init-running': {
    seen: init({ state: { running: { startedAt: ago(1200) } } }),
    near: init({ state: { running: { startedAt: ago(60) } } }),
  },
  'image-pull': {
    seen: waiting('ImagePullBackOff', 'Back-off pulling image: not found'),
    near: waiting('ErrImageNeverPull', 'Container image is not present with pull policy of Never'),
  },
  'image-name': {
    seen: waiting('InvalidImageName', 'couldn\'t parse image name "X"'),
    near: waiting('ErrImagePull', 'not found'),
  },
  'image-never': {
    seen: waiting('ErrImageNeverPull', 'Container image is not present with pull policy of Never'),
    near: waiting('ErrImagePull', 'not found'),
  },
  'config-missing': {
    seen: waiting('CreateContainerConfigError', 'configmap "settings" not found'),
    near: waiting('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root'),
  },
  'mount-missing': {
    seen: before('FailedMount', notFound),
    near: before(
      'FailedMount',
      'MountVolume.SetUp failed for volume "s" : rpc error: code = DeadlineExceeded',
    ),
  },
  'mount-failed': {
    seen: before(
      'FailedMount',
      'MountVolume.SetUp failed for volume "s" : rpc error: code = DeadlineExceeded',
    ),
    near: before('FailedMount', notFound),
  },
  'sandbox-failed': {
    seen: before('FailedCreatePodSandBox', 'Failed to create pod sandbox: plugin type="calico" failed (add)'),
    near: before('FailedMount', notFound),
  },
  'not-started-unexplained': {
    seen: waiting('ContainerCreating', ''),
    near: before('FailedMount', notFound),
  },
  'pvc-unbound': {
    seen: pending('0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.'),
    near: available('node(s) had volume node affinity conflict'),
  },
  'unschedulable-resources': { seen: available('Insufficient cpu'), near: available('something new') },
  'unschedulable-affinity': {
    seen: available("node(s) didn't match Pod's node affinity/selector"),
    near: available("node(s) didn't match pod topology spread constraints"),
  },
  'unschedulable-taints': {
    seen: available('node(s) had untolerated taint {dedicated: gpu}'),
    near: available('Insufficient memory'),
  },
  'unschedulable-ports': {
    seen: available("node(s) didn't have free ports for the requested pod ports"),
    near: available('Too many pods'),
  },
  'unschedulable-spread': {
    seen: available("node(s) didn't match pod topology spread constraints"),
    near: available("node(s) didn't match pod anti-affinity rules"),
  },
  'unschedulable-volume': {
    seen: available('node(s) had volume node affinity conflict'),
    near: available("node(s) didn't match Pod's node affinity/selector"),
  },
  unschedulable: { seen: available('something new'), near: available('Insufficient cpu') },
  'scheduling-gated': {
    seen: pending('', 'SchedulingGated', { schedulingGates: [{ name: 'example.com/wait' }] }),
    near: available('Insufficient cpu'),
  },
  'quota-exceeded': {
    seen: refused('exceeded quota: q, requested: pods=1'),
    near: refused('violates PodSecurity "restricted:latest": runAsNonRoot != true'),
  },
  'pod-security': {
    seen: refused('violates PodSecurity "restricted:latest": runAsNonRoot != true'),
    near: refused('exceeded quota: q, requested: pods=1'),
  },
  'admission-denied': {
    seen: refused('error looking up service account shop/sa: serviceaccount "sa" not found'),
    near: refused('exceeded quota: q, requested: pods=1'),
  },
  'job-deadline': { seen: job('DeadlineExceeded'), near: job('BackoffLimitExceeded') },
  'job-backoff': { seen: job('BackoffLimitExceeded'), near: job('PodFailurePolicy') },
  'job-failed': { seen: job('PodFailurePolicy'), near: job('DeadlineExceeded') },
  'node-not-ready': {
    seen: nodeWith(condition('Ready', { status: 'Unknown', lastTransitionTime: ago(300) })),
    near: nodeWith(condition('Ready'), condition('DiskPressure')),
  },
  'node-pressure': {
    seen: nodeWith(condition('Ready'), condition('DiskPressure')),
    near: nodeWith(condition('Ready'), condition('DiskPressure', { status: 'False' })),
  },
  'node-shutdown': {
    seen: ended('Terminated', 'Pod was terminated in response to imminent node shutdown.'),
    near: ended('Evicted', 'The node was low on resource: memory. '),
  },
  'pod-deadline': {
    seen: ended('DeadlineExceeded', 'Pod was active on the node longer than the specified deadline', {
      activeDeadlineSeconds: 60,
    }),
    near: ended('Terminated', 'Pod was terminated in response to imminent node shutdown.'),
  },
  evicted: {
    seen: ended('Evicted', 'The node was low on resource: memory. '),
    near: ended('Preempting', 'Preempted in order to admit critical pod'),
  },
  preempted: {
    seen: ended('Preempting', 'Preempted in order to admit critical pod'),
    near: ended('Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. '),
  },
  'kubelet-rejected': {
    seen: ended('OutOfcpu', "Node didn't have enough resource: cpu"),
    near: ended('Evicted', 'The node was low on resource: memory. '),
  },
  'progress-deadline': { seen: rollout('ProgressDeadlineExceeded'), near: rollout('ReplicaSetUpdated') },
}
