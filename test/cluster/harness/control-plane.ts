import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { eventually, freePorts, type Running, start, tail } from './processes.ts'

/** A control plane of its own: etcd, API server, controller manager, scheduler, and kwok as all kubelets unless told. */
export interface ControlPlane {
  /** Holds certificates, kubeconfigs (NAME.kubeconfig), logs and the audit log. */
  readonly directory: string
  readonly server: string
  /** The ends of the logs of components that have ended although they should not; '' where all is well. */
  died(): string
  /** Stops everything and removes the directory. */
  stop(): void
}

const HERE = join(import.meta.dirname, '..')
const USERS = ['admin', 'system:kube-controller-manager', 'system:kube-scheduler', 'developer', 'expired']

/** What every container has logged, in the form of the CRI; stages.yaml names the file. */
const CONTAINER_LOG = '2026-01-01T00:00:00.000000000Z stdout F listening on :9090\n'

/** Ports that a test may listen on to play the container: those of every pod lead there. */
const CONTAINER_PORTS = 8

/** How kwok plays what runs in a container: a port-forward ends on this machine, and so does a command. */
const containers = (ports: readonly number[]): string =>
  [
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterPortForward',
      metadata: { name: 'ports' },
      spec: {
        forwards: ports.map((port) => ({ ports: [port], target: { address: '127.0.0.1', port } })),
      },
    },
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterExec',
      metadata: { name: 'commands' },
      spec: { execs: [{ local: {} }] },
    },
  ]
    .map((object) => JSON.stringify(object))
    .join('\n---\n')

/** The file with the ports that lead from every pod to this machine. */
export const containerPorts = (directory: string): string => join(directory, 'container-ports.json')

/** Every request, so that a test can say what a command asked for. */
const AUDIT_POLICY =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{ level: Metadata }]\n'

export interface ControlPlaneOptions {
  /** Nodes with a kubelet of their own; kwok is then not started, and each kubelet has a kubeconfig. */
  readonly kubelets?: readonly string[]
}

/** The user that a kubelet is. */
export const kubeletUser = (node: string): string => `system:node:${node}`

/**
 * Starts a control plane on free loopback ports with TLS, client certificates and RBAC, and waits until it is ready.
 * @throws Error with the ends of the components' logs where it does not come up
 */
export async function startControlPlane(
  binary: Binaries,
  options: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const directory = mkdtempSync(join(tmpdir(), 'control-plane-'))
  const running: Running[] = []
  const stop = () => {
    for (const one of running.reverse()) one.kill()
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  process.on('exit', stop)
  try {
    const server = await startComponents(binary, directory, running, options)
    const died = () => running.filter((one) => one.ended() !== undefined).map((one) => tail(one))
    return { directory, server, stop, died: () => died().join('\n') }
  } catch (error) {
    const logs = running.map((one) => tail(one)).join('\n')
    stop()
    throw new Error(`the control plane did not start: ${(error as Error).message}\n${logs}`)
  }
}

async function startComponents(
  binary: Binaries,
  directory: string,
  running: Running[],
  { kubelets }: ControlPlaneOptions,
): Promise<string> {
  const [etcd = 0, peer = 0, api = 0, manager = 0, scheduler = 0, kubelet = 0, ...inside] = await freePorts(
    6 + CONTAINER_PORTS,
  )
  const certs = join(directory, 'certs')
  mkdirSync(certs)
  const nodes = kubelets ?? []
  execFileSync('go', ['run', join(HERE, 'certs', 'main.go'), certs, ...nodes], { stdio: 'inherit' })
  const server = `https://127.0.0.1:${api}`
  for (const user of [...USERS, ...nodes.map(kubeletUser)]) writeKubeconfig(directory, user, server)
  const run = (name: string, ...args: string[]) => running.push(start(name, binary(name), args, directory))

  run('etcd', ...etcdFlags(directory, etcd, peer))
  run('kube-apiserver', ...apiServerFlags(directory, etcd, api))
  await ready('the API server', directory, binary, running)
  const config = (user: string) => `--kubeconfig=${kubeconfigPath(directory, user)}`
  const own = (port: number) => ['--bind-address=127.0.0.1', `--secure-port=${port}`, '--leader-elect=false']
  run(
    'kube-controller-manager',
    config('system:kube-controller-manager'),
    ...own(manager),
    '--use-service-account-credentials',
    `--service-account-private-key-file=${join(certs, 'service-account.key')}`,
    `--root-ca-file=${join(certs, 'ca.crt')}`,
  )
  run('kube-scheduler', config('system:kube-scheduler'), ...own(scheduler))
  if (kubelets === undefined) run('kwok', ...kwokFlags(directory, kubelet, inside))
  await eventually('the default service account', () =>
    succeeds(binary, directory, 'get', 'serviceaccount', 'default'),
  )
  return server
}

function kwokFlags(directory: string, port: number, inside: readonly number[]): string[] {
  writeFileSync(join(directory, 'container.log'), CONTAINER_LOG)
  writeFileSync(join(directory, 'containers.yaml'), containers(inside))
  writeFileSync(containerPorts(directory), JSON.stringify(inside))
  const cert = (name: string) => join(directory, 'certs', name)
  return [
    `--kubeconfig=${kubeconfigPath(directory, 'admin')}`,
    `--config=${join(HERE, 'stages.yaml')}`,
    `--config=${join(directory, 'containers.yaml')}`,
    '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
    '--node-lease-duration-seconds=40',
    `--server-address=127.0.0.1:${port}`,
    '--node-ip=127.0.0.1',
    `--node-port=${port}`,
    `--tls-cert-file=${cert('apiserver.crt')}`,
    `--tls-private-key-file=${cert('apiserver.key')}`,
  ]
}

async function ready(
  what: string,
  directory: string,
  binary: Binaries,
  running: readonly Running[],
): Promise<void> {
  await eventually(
    `${what} to be ready`,
    () => {
      const dead = running.find((one) => one.ended() !== undefined)
      if (dead !== undefined) throw new Error(`${dead.name} ended with exit code ${dead.ended()}`)
      return succeeds(binary, directory, 'get', '--raw', '/readyz')
    },
    60,
  )
}

function succeeds(binary: Binaries, directory: string, ...args: string[]): boolean {
  try {
    execFileSync(binary('kubectl'), [`--kubeconfig=${kubeconfigPath(directory, 'admin')}`, ...args], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

const etcdFlags = (directory: string, port: number, peer: number): string[] => [
  `--data-dir=${join(directory, 'etcd')}`,
  `--listen-client-urls=http://127.0.0.1:${port}`,
  `--advertise-client-urls=http://127.0.0.1:${port}`,
  `--listen-peer-urls=http://127.0.0.1:${peer}`,
  `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
  `--initial-cluster=default=http://127.0.0.1:${peer}`,
  '--unsafe-no-fsync',
]

function apiServerFlags(directory: string, etcd: number, port: number): string[] {
  const cert = (name: string) => join(directory, 'certs', name)
  const policy = join(directory, 'audit-policy.yaml')
  writeFileSync(policy, AUDIT_POLICY)
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${cert('apiserver.crt')}`,
    `--tls-private-key-file=${cert('apiserver.key')}`,
    `--client-ca-file=${cert('ca.crt')}`,
    '--authorization-mode=Node,RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    `--service-account-issuer=https://kubernetes.default.svc`,
    `--service-account-key-file=${cert('service-account.key')}`,
    `--service-account-signing-key-file=${cert('service-account.key')}`,
    '--endpoint-reconciler-type=none',
    '--kubelet-preferred-address-types=InternalIP',
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${auditLog(directory)}`,
    '--audit-log-mode=blocking-strict',
  ]
}

export const auditLog = (directory: string): string => join(directory, 'audit.log')
// KUBECONFIG separates files by colons, which the names of service accounts have.
export const kubeconfigPath = (directory: string, user: string): string =>
  join(directory, `${user.replaceAll(':', '_')}.kubeconfig`)

/** The environment of kubectl as one of the users, with these folders before all others on PATH. */
export const environmentOf = (
  directory: string,
  user: string,
  folders: readonly string[],
): Readonly<Record<string, string>> => ({
  PATH: [...folders, process.env['PATH']].join(':'),
  HOME: directory,
  KUBECONFIG: kubeconfigPath(directory, user),
  NO_COLOR: '1',
})

/** A kubeconfig for one of the users with a certificate, or for anybody with a token. */
export function writeKubeconfig(directory: string, user: string, server: string, token?: string): string {
  const cert = (name: string) => join(directory, 'certs', name)
  const path = kubeconfigPath(directory, user)
  const credentials =
    token === undefined
      ? { 'client-certificate': cert(`${user}.crt`), 'client-key': cert(`${user}.key`) }
      : { token }
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user } }],
      clusters: [
        {
          name: 'test',
          cluster: { server, 'certificate-authority-data': readFileSync(cert('ca.crt')).toString('base64') },
        },
      ],
      users: [{ name: user, user: credentials }],
    }),
  )
  return path
}
