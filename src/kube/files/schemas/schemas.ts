import { KINDS, RESOURCES, type Resource } from '../../../model/kubernetes/kinds.ts'
import { TEMPLATE_PATHS } from '../../../model/kubernetes/pod-template.ts'
import { ADMISSION_SPECS, WEBHOOK_KINDS, WEBHOOKS } from './admission.ts'
import {
  ANY,
  LABELS,
  LIST,
  METADATA,
  numbers,
  QUANTITIES,
  REQUIREMENTS,
  type Schema,
  SELECTOR,
  TEXTS,
  texts,
} from './parts.ts'

const NODE_TERM: Schema = { fields: { matchExpressions: REQUIREMENTS, matchFields: REQUIREMENTS } }
const NODE_TERMS: Schema = { fields: { nodeSelectorTerms: { items: NODE_TERM } } }
const POD_TERMS: Schema = {
  items: {
    fields: {
      labelSelector: SELECTOR,
      namespaceSelector: SELECTOR,
      namespaces: TEXTS,
      topologyKey: 'text',
      matchLabelKeys: TEXTS,
      mismatchLabelKeys: TEXTS,
    },
  },
}
const POD_AFFINITY: Schema = { fields: { requiredDuringSchedulingIgnoredDuringExecution: POD_TERMS } }
const AFFINITY: Schema = {
  fields: {
    nodeAffinity: { fields: { requiredDuringSchedulingIgnoredDuringExecution: NODE_TERMS } },
    podAffinity: POD_AFFINITY,
    podAntiAffinity: POD_AFFINITY,
  },
}
const PROBE: Schema = {
  fields: {
    exec: { fields: { command: TEXTS } },
    grpc: { fields: { port: 'number', service: 'text' } },
    httpGet: {
      fields: { httpHeaders: LIST, path: 'text', host: 'text', scheme: 'text', port: 'number or text' },
    },
    tcpSocket: { fields: { host: 'text', port: 'number or text' } },
    failureThreshold: 'number',
    initialDelaySeconds: 'number',
    periodSeconds: 'number',
    successThreshold: 'number',
    timeoutSeconds: 'number',
    terminationGracePeriodSeconds: 'number',
  },
}
const HOOK: Schema = {
  fields: { exec: { fields: { command: TEXTS } }, sleep: { fields: { seconds: 'number' } } },
}
const RESOURCES_OF: Schema = { fields: { limits: QUANTITIES, requests: QUANTITIES } }
const CONTAINER: Schema = {
  fields: {
    name: 'text',
    image: 'text',
    args: TEXTS,
    command: TEXTS,
    env: LIST,
    envFrom: LIST,
    lifecycle: { fields: { postStart: HOOK, preStop: HOOK } },
    livenessProbe: PROBE,
    readinessProbe: PROBE,
    startupProbe: PROBE,
    ports: { items: { fields: { name: 'text', containerPort: 'number', hostPort: 'number' } } },
    resources: RESOURCES_OF,
    restartPolicy: 'text',
    volumeMounts: { items: texts('name', 'mountPath') },
  },
}
const CONTAINERS: Schema = { items: CONTAINER }
const POD_SPEC: Schema = {
  fields: {
    affinity: AFFINITY,
    containers: CONTAINERS,
    ephemeralContainers: CONTAINERS,
    initContainers: CONTAINERS,
    nodeName: 'text',
    nodeSelector: LABELS,
    overhead: QUANTITIES,
    resources: RESOURCES_OF,
    priority: 'number',
    readinessGates: { items: texts('conditionType') },
    restartPolicy: 'text',
    schedulingGates: { items: texts('name') },
    serviceAccountName: 'text',
    terminationGracePeriodSeconds: 'number',
    tolerations: { items: { fields: { key: 'text', operator: 'text', value: 'text', effect: 'text' } } },
    topologySpreadConstraints: {
      items: {
        fields: {
          labelSelector: SELECTOR,
          matchLabelKeys: TEXTS,
          maxSkew: 'number',
          topologyKey: 'text',
          whenUnsatisfiable: 'text',
        },
      },
    },
    volumes: {
      items: { fields: { name: 'text', persistentVolumeClaim: texts('claimName') }, required: ['name'] },
    },
  },
  required: ['containers'],
}
const TERMINATED: Schema = {
  fields: { exitCode: 'number', message: 'text', reason: 'text', startedAt: 'text', finishedAt: 'text' },
}
const STATE: Schema = {
  fields: {
    running: { fields: { startedAt: 'text' } },
    terminated: TERMINATED,
    waiting: { fields: { message: 'text', reason: 'text' } },
  },
}
const STATUSES: Schema = {
  items: { fields: { name: 'text', restartCount: 'number', state: STATE, lastState: STATE } },
}
const STATUS: Schema = {
  fields: {
    conditions: {
      items: {
        fields: { type: 'text', status: 'text', reason: 'text', message: 'text', lastTransitionTime: 'text' },
      },
    },
    message: 'text',
    phase: 'text',
    podIP: 'text',
    reason: 'text',
    startTime: 'text',
    containerStatuses: STATUSES,
    ephemeralContainerStatuses: STATUSES,
    initContainerStatuses: STATUSES,
  },
}
const SPECS: Readonly<Record<string, Schema>> = {
  HorizontalPodAutoscaler: {
    fields: { scaleTargetRef: texts('kind', 'name') },
    required: ['scaleTargetRef'],
  },
  NetworkPolicy: {
    fields: {
      podSelector: SELECTOR,
      policyTypes: TEXTS,
      ingress: {
        items: {
          fields: {
            from: {
              items: {
                fields: {
                  ipBlock: { fields: { cidr: 'text', except: TEXTS } },
                  namespaceSelector: SELECTOR,
                  podSelector: SELECTOR,
                },
              },
            },
            ports: { items: { fields: { port: 'number or text', endPort: 'number', protocol: 'text' } } },
          },
        },
      },
    },
  },
  Node: { fields: { taints: { items: { fields: { key: 'text', effect: 'text', value: 'text' } } } } },
  PersistentVolume: {
    fields: {
      nodeAffinity: { fields: { required: NODE_TERMS } },
      accessModes: TEXTS,
      capacity: QUANTITIES,
    },
  },
  PersistentVolumeClaim: {
    fields: { accessModes: TEXTS, volumeName: 'text', storageClassName: 'text', resources: RESOURCES_OF },
  },
  PodDisruptionBudget: {
    fields: { selector: SELECTOR, minAvailable: 'number or text', maxUnavailable: 'number or text' },
  },
  ReplicationController: { fields: { replicas: 'number', selector: LABELS } },
  Service: { fields: { ports: LIST, selector: LABELS, type: 'text' } },
  ...ADMISSION_SPECS,
}
const WORKLOAD: Schema = {
  fields: {
    replicas: 'number',
    selector: SELECTOR,
    minReadySeconds: 'number',
    progressDeadlineSeconds: 'number',
  },
}
/** What the status of a kind has beside that of pods. */
const STATUSES_OF: Readonly<Record<string, Schema>> = {
  Node: {
    fields: {
      addresses: { items: { fields: { address: 'text' } } },
      allocatable: QUANTITIES,
      capacity: QUANTITIES,
    },
  },
  PodDisruptionBudget: numbers(
    'currentHealthy',
    'desiredHealthy',
    'disruptionsAllowed',
    'expectedPods',
    'observedGeneration',
  ),
  ResourceQuota: { fields: { hard: QUANTITIES, used: QUANTITIES } },
}
/** Of every workload, as far as its kind has them. */
const COUNTS = numbers(
  ...['replicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'updatedReplicas'],
  ...['currentReplicas', 'desiredNumberScheduled', 'numberReady', 'numberUnavailable', 'observedGeneration'],
  ...['active', 'failed', 'succeeded'],
)
const WORKLOADS: readonly string[] = ['DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'StatefulSet']

const REFERENCE: Schema = {
  fields: { kind: 'text', name: 'text', namespace: 'text', fieldPath: 'text', uid: 'text' },
}

/** Events have no spec. */
const EVENT: Schema = {
  fields: {
    metadata: METADATA,
    type: 'text',
    reason: 'text',
    message: 'text',
    note: 'text',
    involvedObject: REFERENCE,
    regarding: REFERENCE,
    source: { fields: { component: 'text', host: 'text' } },
    series: { fields: { count: 'number' } },
    count: 'number',
    deprecatedCount: 'number',
  },
}

function schemaOf(kind: string): Schema {
  if (kind === 'Event') return EVENT
  const spec = SPECS[kind] ?? (WORKLOADS.includes(kind) ? WORKLOAD : ANY)
  const counts = WORKLOADS.includes(kind) ? merged(STATUS, COUNTS) : STATUS
  const status = STATUSES_OF[kind] === undefined ? counts : merged(counts, STATUSES_OF[kind])
  const own: Schema = {
    fields: {
      metadata: METADATA,
      spec,
      status,
      ...(WEBHOOK_KINDS.includes(kind) ? { webhooks: WEBHOOKS } : {}),
    },
  }
  const template = TEMPLATE_PATHS[kind]
  return template === undefined ? own : merged(own, at([...template, 'spec'], POD_SPEC))
}

const at = (path: readonly string[], inner: Schema): Schema =>
  path.reduceRight<Schema>((schema, name) => ({ fields: { [name]: schema } }), inner)

/** Both schemas at once. */
function merged(a: Schema, b: Schema): Schema {
  if (typeof a === 'string' || typeof b === 'string' || !('fields' in a) || !('fields' in b)) return b
  const required = [...(a.required ?? []), ...(b.required ?? [])]
  const fields: Record<string, Schema> = { ...a.fields }
  for (const [name, schema] of Object.entries(b.fields))
    fields[name] = fields[name] === undefined ? schema : merged(fields[name], schema)
  return { fields, ...(required.length === 0 ? {} : { required }) }
}

/** The schema of each kind's objects, with the pod template where it has one. */
export const SCHEMAS = Object.fromEntries(
  RESOURCES.map((resource) => [resource, schemaOf(KINDS[resource].kind)]),
) as Readonly<Record<Resource, Schema>>
