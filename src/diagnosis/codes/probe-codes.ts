const SITE = 'https://kubernetes.io/docs'
const PROBES = `${SITE}/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/`

/** The causes of failing probes: title, meaning in one sentence, page of kubernetes.io. See codes.ts. */
export const PROBE_CODES = {
  'port-closed': [
    'Nothing listens on the probed port',
    'The probe is refused because nothing accepts connections on its port.',
    PROBES,
  ],
  'port-name-unknown': [
    'The probe names a port that the container does not declare',
    'The kubelet cannot resolve the port name, so the probe never runs and never counts.',
    PROBES,
  ],
  starting: [
    'A probe does not pass yet, and the container may only be starting',
    'The container was started a short time ago, and its probe fails in a way that every start shows.',
    PROBES,
  ],
  'bound-to-localhost': [
    'The application listens on 127.0.0.1 only',
    'The kubelet probes the IP of the pod, where a listener on loopback cannot be reached.',
    PROBES,
  ],
  'probe-host': [
    'The probe goes to another host than the pod',
    'With host set, the kubelet probes that host from the node and not the pod.',
    PROBES,
  ],
  'http-not-found': ['The health path does not exist', 'The server answers the probe with 404.', PROBES],
  'http-unauthorized': [
    'The health path wants credentials',
    'The server answers the probe with 401, or with 403 for lack of credentials.',
    PROBES,
  ],
  'http-status': [
    'The server refuses the probe request',
    'The server answers the probe with a 4xx status other than 401 and 404.',
    PROBES,
  ],
  'scheme-mismatch': [
    'HTTP and HTTPS are mixed up',
    'The probe speaks one of HTTP and HTTPS, the server on that port the other.',
    PROBES,
  ],
  'tls-handshake': [
    'The TLS handshake of the probe fails',
    'The server ends the TLS handshake that the kubelet begins.',
    PROBES,
  ],
  'not-http': [
    'The port does not speak HTTP',
    'The probe is HTTP, the server on that port speaks another protocol.',
    PROBES,
  ],
  'not-grpc': [
    'The port does not speak gRPC',
    'The probe is gRPC, the server on that port speaks another protocol.',
    PROBES,
  ],
  'connection-closed': [
    'The server drops the connection of the probe',
    'The connection is accepted, then closed without an answer.',
    PROBES,
  ],
  'http-redirect': [
    'The health path redirects',
    'A redirect to another host passes unchecked; a circle of redirects fails.',
    PROBES,
  ],
  'tls-client-cert': [
    'The server wants a client certificate',
    'The kubelet has none to present, so the probe can never pass.',
    PROBES,
  ],
  unreachable: [
    'The node cannot reach the pod',
    'Packets from the node to the pod are dropped or have no route.',
    `${SITE}/concepts/services-networking/network-policies/`,
  ],
  'http-server-error': [
    'The application says that it is not well',
    'The server answers the probe with a 5xx status.',
    PROBES,
  ],
  'grpc-not-serving': [
    'The gRPC health service says that it does not serve',
    'The health service answers NOT_SERVING or fails.',
    PROBES,
  ],
  'grpc-unimplemented': [
    'The gRPC server has no health service',
    'The server does not implement grpc.health.v1.Health.',
    PROBES,
  ],
  'grpc-service-unknown': [
    'The gRPC health service does not know the service',
    'The service name of the probe is not registered in the health service.',
    PROBES,
  ],
  'grpc-unauthorized': [
    'The gRPC health service wants credentials',
    'The health call is refused because a probe sends no credentials.',
    PROBES,
  ],
  'timeout-too-short': [
    'The answer takes longer than timeoutSeconds',
    'The application answers, but not within the time that the probe allows.',
    PROBES,
  ],
  hang: [
    'The application does not answer at all',
    'The process runs, but requests are not answered.',
    PROBES,
  ],
  'slow-start': [
    'The liveness probe kills the container while it starts',
    'The application needs longer for its start than the liveness probe allows.',
    PROBES,
  ],
  'startup-budget': [
    'The startup probe gives up too early',
    'The application needs longer for its start than the startup probe allows.',
    PROBES,
  ],
  'exec-timeout': [
    'The probe command takes longer than timeoutSeconds',
    'The command does not end within the time that the probe allows.',
    PROBES,
  ],
  'cpu-starved': [
    'The container gets too little CPU to answer in time',
    'The CPU limit is very low, or the node has too little for all that runs on it.',
    `${SITE}/concepts/configuration/manage-resources-containers/`,
  ],
  'exec-command-missing': [
    'The probe command does not exist in the container',
    'The executable, or a tool that its script calls, is not in the image.',
    PROBES,
  ],
  'exec-not-executable': [
    'The probe command may not be executed',
    'The file lacks the permission, or is for another processor.',
    PROBES,
  ],
  'exec-exit-code': [
    'The probe command fails',
    'The command runs and ends with an exit code other than 0.',
    PROBES,
  ],
  'exec-runtime-error': [
    'The container runtime cannot run the probe command',
    'The command never started, because of the runtime and not of the image.',
    PROBES,
  ],
  'not-ready-unexplained': [
    'The container is not ready, and nothing recorded says why',
    'The events that would tell have expired or were not read.',
    PROBES,
  ],
  'probe-kill-unexplained': [
    'A probe kills the container, and nothing recorded says why it fails',
    'The runs end as a kill by the probe ends, and the events that would tell more are gone.',
    PROBES,
  ],
} as const satisfies Readonly<Record<string, readonly [title: string, meaning: string, docs: string]>>
