import { broken, deployment, type Fields, object, type Situation, server } from './situation.ts'

const mount = (volume: Fields) => ({ volumes: [{ name: 'data', ...volume }] })
const mounting = server('', { volumeMounts: [{ name: 'data', mountPath: '/data' }] })

/** Volumes that are not there, or cannot be mounted. */
export const VOLUMES: readonly Situation[] = [
  {
    ...broken('mount-configmap-missing', 'mount-missing', mounting, mount({ configMap: { name: 'files' } })),
    ci: true,
  },
  broken('mount-secret-missing', 'mount-missing', mounting, mount({ secret: { secretName: 'files' } })),
  broken(
    'mount-path-missing',
    'mount-missing',
    mounting,
    mount({ hostPath: { path: '/srv/not-there', type: 'Directory' } }),
  ),
  broken(
    'mount-path-is-a-folder',
    'mount-missing',
    mounting,
    mount({ hostPath: { path: '/etc', type: 'File' } }),
  ),
  broken('claim-missing', 'pvc-unbound', mounting, mount({ persistentVolumeClaim: { claimName: 'data' } })),
  broken(
    'mount-without-helper',
    'mount-failed',
    mounting,
    mount({ nfs: { server: '192.0.2.2', path: '/export' } }),
  ),
  broken('mount-without-driver', 'mount-failed', mounting, mount({ csi: { driver: 'disks.test.io' } })),
  {
    name: 'volume-elsewhere',
    objects: [
      object('v1', 'PersistentVolume', 'elsewhere', {
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'local',
          local: { path: '/mnt/disk' },
          claimRef: { namespace: 'volume-elsewhere', name: 'data' },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-9'] }],
                },
              ],
            },
          },
        },
      }),
      object('v1', 'PersistentVolumeClaim', 'data', {
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
          storageClassName: 'local',
        },
      }),
      deployment(mounting, mount({ persistentVolumeClaim: { claimName: 'data' } })),
    ],
    truth: { causes: ['unschedulable-volume'] },
  },
  {
    name: 'claim-unbound',
    objects: [
      object('v1', 'PersistentVolumeClaim', 'data', {
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
          storageClassName: 'fast',
        },
      }),
      deployment(mounting, mount({ persistentVolumeClaim: { claimName: 'data' } })),
    ],
    truth: { causes: ['pvc-unbound'] },
  },
]
