import type { Pod } from '../kubernetes/objects.ts'

/** Whether the condition Ready of a pod is True. */
export const isPodReady = ({ status }: Pod): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false
