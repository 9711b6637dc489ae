import { broken, ordinary, type ReasonRow, type RowFields, rows, suspicious } from '../types.ts'

/** What node-problem-detector writes when a condition is as it should be again. */
const RECOVERIES: ReadonlyMap<string, string> = new Map([
  ['FilesystemIsReadOnly', 'FilesystemIsNotReadOnly'],
  ['FrequentKubeletRestart', 'NoFrequentKubeletRestart'],
  ['KernelDeadlock', 'KernelHasNoDeadlock'],
  ['KubeletUnhealthy', 'KubeletIsHealthy'],
])

const detected = (reason: string, meaning: string, advice: string) => {
  const recovery = RECOVERIES.get(reason)
  return broken(reason, meaning, advice, {
    notInStatus: true,
    ...(recovery === undefined ? {} : { resolvedBy: [recovery] }),
  })
}

/** node-problem-detector about nodes (docs/reference/events.md#B7). */
export const NODE_PROBLEMS: readonly ReasonRow[] = rows({ components: [], kinds: ['Node'] }, [
  detected(
    'OOMKilling',
    'The kernel killed a process for lack of memory, in a container or on the node',
    'Look for a container whose last state is OOMKilled, and raise its limit or mend the leak',
  ),
  ...(
    [
      ['TaskHung', 'A process hangs in the kernel of the node'],
      ['KernelOops', 'The kernel of the node has had an error'],
      ['KernelDeadlock', 'The kernel of the node is in a deadlock'],
      ['UnregisterNetDevice', 'The kernel of the node cannot remove a network device'],
      ['Ext4Error', 'The file system of the node reports errors'],
      ['IOError', 'A disk of the node reports errors'],
      ['XfsHasShutdown', 'A file system of the node has shut down'],
      ['FilesystemIsReadOnly', 'A file system of the node became read-only'],
      ['MemoryReadError', 'The memory of the node reports errors'],
      ['DiskBadBlock', 'A disk of the node has bad blocks'],
    ] as const
  ).map(([reason, meaning]) => detected(reason, meaning, 'Drain the node and replace it')),
  ...(
    [
      ['FrequentKubeletRestart', 'The kubelet of the node restarts again and again', 'Read the kubelet log'],
      ['FrequentContainerdRestart', 'containerd of the node restarts again and again', 'Read its log'],
      ['KubeletUnhealthy', 'The kubelet of the node fails its health check', 'Read the kubelet log'],
      ['ContainerdUnhealthy', 'containerd of the node fails its health check', 'Read its log'],
      ['NTPIsDown', 'The clock of the node is not synchronised', 'Mend the time service of the node'],
      ['ConntrackFull', 'The connection table of the node is full', 'Raise nf_conntrack_max'],
      ['DNSUnreachable', 'The node cannot reach its DNS server', 'Check the network and DNS of the node'],
    ] as const
  ).map(([reason, meaning, advice]) => detected(reason, meaning, advice)),
  suspicious('Ext4Warning', 'The file system of the node reports a warning', 'Check the disk if it repeats', {
    notInStatus: true,
  }),
  ...['KubeletStart', 'ContainerdStart', 'DockerStart'].map(
    (reason): RowFields => ({
      ...ordinary(reason, 'A service of the node was started'),
      type: 'Warning',
    }),
  ),
  ordinary('NoFrequentKubeletRestart', 'The kubelet no longer restarts often', 'HardlyEver'),
  ordinary('KernelHasNoDeadlock', 'The kernel of the node is well', 'HardlyEver'),
  ordinary('FilesystemIsNotReadOnly', 'The file systems of the node are writable', 'HardlyEver'),
  ordinary('KubeletIsHealthy', 'The kubelet of the node is well', 'HardlyEver'),
])
