import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Binaries } from '../../cluster/harness/binaries.ts'
import { type ControlPlane, kubeconfigPath } from '../../cluster/harness/control-plane.ts'
import { eventually, type Running, runToEnd, start, tail } from '../../cluster/harness/processes.ts'
import { makeImages } from './images.ts'
import { type Inside, NODE_ADDRESS } from './isolation.ts'
import { CONTAINERD_SOCKET, writeNodeFiles } from './node-files.ts'
import { startRegistries } from './registry.ts'
import { program } from './requirements.ts'

/** The name of the node, and of the kubelet's user. */
export const NODE = 'node-1'

/** containerd and a kubelet, whose node is Ready. */
export interface RealNode {
  /** The end of the log of what has ended although it should not; '' where all is well. */
  died(): string
}

/**
 * Starts containerd with all images and a kubelet that joins the control plane, and waits until its node is Ready. To be
 * called inside of namespaces of its own (isolation.ts), with which both end.
 * @throws Error with the ends of the logs where the node does not become Ready
 */
export async function startNode(inside: Inside, plane: ControlPlane, binary: Binaries): Promise<RealNode> {
  const logs = join(inside.directory, 'logs')
  mkdirSync(logs)
  const files = writeNodeFiles(inside, dirname(binary('bridge')), program('runc'))
  await startRegistries(files.registries)
  const running: Running[] = []
  // containerd looks for its shim on PATH.
  process.env['PATH'] = `${dirname(binary('containerd'))}:${process.env['PATH']}:/usr/sbin:/sbin`
  try {
    const images = join(inside.directory, 'images')
    mkdirSync(images)
    const archives = await makeImages(images, binary)
    running.push(start('containerd', binary('containerd'), ['--config', files.containerd], logs))
    await importImages(archives, binary('ctr'))
    rmSync(images, { recursive: true })
    running.push(start('kubelet', binary('kubelet'), kubeletFlags(files.kubelet, plane), logs))
    await isReady(plane, binary('kubectl'), running)
  } catch (error) {
    throw new Error([(error as Error).message, ...running.map((one) => tail(one))].join('\n'))
  }
  return {
    died: () =>
      running
        .filter((one) => one.ended() !== undefined)
        .map((one) => tail(one))
        .join('\n'),
  }
}

const kubeletFlags = (file: string, plane: ControlPlane): readonly string[] => [
  `--config=${file}`,
  `--kubeconfig=${kubeconfigPath(plane.directory, `system:node:${NODE}`)}`,
  `--hostname-override=${NODE}`,
  `--node-ip=${NODE_ADDRESS}`,
  '--v=1',
]

async function importImages(archives: readonly string[], ctr: string): Promise<void> {
  const run = (...args: string[]) =>
    runToEnd(
      ctr,
      ['--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io', ...args],
      { cwd: '/', env: process.env },
      60,
    )
  await eventually('containerd to answer', async () => (await run('version')).code === 0, 60)
  for (const archive of archives) {
    const { code, stderr } = await run('images', 'import', archive)
    if (code !== 0) throw new Error(`containerd does not take ${archive}: ${stderr}`)
  }
}

async function isReady(plane: ControlPlane, kubectl: string, running: readonly Running[]): Promise<void> {
  const path = '{.status.conditions[?(@.type=="Ready")].status}'
  const args = [
    ...['get', 'node', NODE, '-o', `jsonpath=${path}`],
    `--kubeconfig=${kubeconfigPath(plane.directory, 'admin')}`,
  ]
  await eventually(
    `${NODE} to be Ready`,
    async () => {
      const dead = running.find((one) => one.ended() !== undefined)
      if (dead !== undefined) throw new Error(`${dead.name} ended with exit code ${dead.ended()}`)
      return (await runToEnd(kubectl, args, { cwd: '/', env: process.env }, 20)).stdout === 'True'
    },
    120,
  )
}
