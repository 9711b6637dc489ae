import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { IMAGES } from './images.ts'
import type { Inside } from './isolation.ts'

/** Where containerd listens, inside of the run's namespace. */
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock'

/** Configuration files of a node, by what reads them. */
export interface NodeFiles {
  readonly containerd: string
  readonly kubelet: string
  /** Where containerd reads how to reach registries. */
  readonly registries: string
}

/** Writes the configuration of containerd, of the pods' network and of the kubelet. */
export function writeNodeFiles({ directory, cgroup }: Inside, cniPrograms: string, runc: string): NodeFiles {
  const at = (...names: string[]) => join(directory, 'node', ...names)
  const files: NodeFiles = {
    containerd: at('containerd.toml'),
    kubelet: at('kubelet.yaml'),
    registries: at('registries'),
  }
  mkdirSync(at('cni'), { recursive: true })
  mkdirSync(at('plugins'))
  mkdirSync(files.registries)
  writeFileSync(at('cni', '10-pods.conflist'), JSON.stringify(POD_NETWORK))
  const runtime = { cniPrograms, cniConfiguration: at('cni'), runc, registries: files.registries }
  writeFileSync(files.containerd, containerdConfiguration(at('containerd'), runtime))
  writeFileSync(files.kubelet, stringify(kubeletConfiguration(cgroup, at('plugins'))))
  return files
}

const POD_NETWORK = {
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'pods0',
      isGateway: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/22' }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
}

interface Runtime {
  readonly cniPrograms: string
  readonly cniConfiguration: string
  readonly runc: string
  readonly registries: string
}

const containerdConfiguration = (root: string, runtime: Runtime): string => `version = 3
root = "${root}"
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      SystemdCgroup = false
      BinaryName = "${runtime.runc}"
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["${runtime.cniPrograms}"]
    conf_dir = "${runtime.cniConfiguration}"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "${IMAGES.pause}"
[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = "${runtime.registries}"
`

const kubeletConfiguration = (cgroup: string, plugins: string): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  // Nobody else is in this network.
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${cgroup}`,
  enforceNodeAllocatable: ['pods'],
  failCgroupV1: false,
  failSwapOn: false,
  // The disk of whoever runs the tests may be fuller than a node's should be.
  evictionHard: { 'memory.available': '100Mi' },
  imageGCHighThresholdPercent: 100,
  maxPods: 250,
  serializeImagePulls: false,
  nodeStatusUpdateFrequency: '5s',
  clusterDNS: ['10.0.0.10'],
  resolvConf: '',
  volumePluginDir: plugins,
})
