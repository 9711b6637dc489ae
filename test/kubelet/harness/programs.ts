import { join } from 'node:path'
import {
  type Binaries,
  binaries,
  controlPlanePrograms,
  type GoPrograms,
  kubernetesPrograms,
} from '../../cluster/harness/binaries.ts'
import { type KubernetesVersion, VERSIONS } from '../../cluster/harness/versions.ts'

const parent = join(import.meta.dirname, '..')
const CONTAINERD = 'github.com/containerd/containerd/v2/cmd'
const PLUGINS = 'github.com/containernetworking/plugins/plugins'

/** What a node needs besides its kubelet, and what runs in its containers. */
const NODE: readonly GoPrograms[] = [
  {
    parent,
    module: 'containerd',
    packages: {
      containerd: `${CONTAINERD}/containerd`,
      ctr: `${CONTAINERD}/ctr`,
      'containerd-shim-runc-v2': `${CONTAINERD}/containerd-shim-runc-v2`,
    },
    tags: ['no_btrfs', 'no_zfs', 'no_devmapper', 'no_aufs'],
  },
  {
    parent,
    module: 'cni',
    packages: {
      bridge: `${PLUGINS}/main/bridge`,
      loopback: `${PLUGINS}/main/loopback`,
      'host-local': `${PLUGINS}/ipam/host-local`,
    },
  },
  { parent, module: 'server', packages: { server: '.', pause: './pause' } },
]

/**
 * All programs: a control plane of the newest version, as a kubelet may be older than its API server but not newer, and
 * a node whose kubelet has this version. Built where the cache does not hold them.
 */
export function nodePrograms(say: (text: string) => void, kubelet: KubernetesVersion): Binaries {
  const newest = VERSIONS.at(-1) ?? kubelet
  return binaries(say, [...controlPlanePrograms(newest), ...NODE, kubernetesPrograms(kubelet, ['kubelet'])])
}
