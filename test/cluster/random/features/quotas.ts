import type { Draft, Feature } from '../draft.ts'

/** Kinds that make a pod again as soon as its old one goes, or has gone. */
const COUNTED = ['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController']

/** Quotas that are just full, too small or a little too large for the pods that are there. */
export const QUOTA_FEATURES: readonly Feature[] = [
  {
    name: 'quota',
    chance: 0.15,
    add: (draft, random) => {
      // What comes first is a matter of seconds where the test's own operator, or a Job that backs off, has a say,
      // and where pods are missing before the drain.
      if (!draft.workloads.every(({ kind }) => COUNTED.includes(kind))) return false
      if (draft.podChanges.some(({ type }) => type !== 'Unready')) return false
      const resource = random.pick(['pods', 'pods', 'count/pods', 'requests.cpu'])
      // Pods that leave open what the quota counts are refused, unless a LimitRange has come, which nobody reads.
      if (
        resource === 'requests.cpu' &&
        draft.workloads.some(({ pod }) => !pod.containers[0]?.requests['cpu'])
      )
        draft.mayBeUnknown = true
      const pods = draft.workloads.flatMap(({ replicas, pod }) =>
        Array.from({ length: replicas }, () =>
          resource === 'requests.cpu' ? millis(pod.containers[0]?.requests['cpu']) : 1,
        ),
      )
      const total = pods.reduce((sum, one) => sum + one, 0)
      const hard = Math.max(0, total + random.pick([-2, -1, -1, 0, 0, 1]) * Math.max(...pods))
      draft.later.push({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'quota', namespace: draft.id },
        spec: { hard: { [resource]: resource === 'requests.cpu' ? `${hard}m` : `${hard}` } },
      } as Draft['later'][number])
      return true
    },
  },
]

const millis = (cpu = '0'): number => (cpu.endsWith('m') ? Number.parseInt(cpu, 10) : Number(cpu) * 1000)
