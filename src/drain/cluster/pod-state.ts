import type { Pod } from '../../model/kubernetes/objects.ts'

/** Succeeded or Failed: its containers will never run again. */
export const isFinished = (pod: Pod): boolean =>
  pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** A static pod, as the API server shows it: the kubelet runs it from a file. */
export const isMirror = (pod: Pod): boolean =>
  Object.hasOwn(pod.metadata.annotations ?? {}, 'kubernetes.io/config.mirror')
