import type { Fields } from '../../model/kubernetes/fields.ts'
import { rfc3339 } from '../../model/text/time.ts'
import { parseConditions } from './conditions.ts'
import { parseContainer, parseContainerStatus } from './containers.ts'
import { ageSeconds } from './lines.ts'
import { type Branch, branch, field, pairsOf, timeOf, valueAt } from './tree.ts'

/** What the describe of a pod has of its spec and status; `now` in milliseconds. */
export function podFields(tree: readonly Branch[], now: number): Fields {
  const status = valueAt(tree, 'Status') ?? ''
  const leaving = /^Terminating(?: \(lasts (\S+)\))?/.exec(status)
  const containers = branch(tree, 'Containers')?.children ?? []
  const initContainers = branch(tree, 'Init Containers')?.children ?? []
  const node = valueAt(tree, 'Node')?.split('/')[0]
  const running = containers.some((one) => parseContainerStatus(one)?.state?.running !== undefined)
  return {
    ...(leaving === null
      ? {}
      : { deletionTimestamp: rfc3339(now - (ageSeconds(leaving[1] ?? '0s') ?? 0) * 1000) }),
    spec: {
      ...podSpec(tree),
      ...field('nodeName', node),
      ...field('readinessGates', parseReadinessGates(branch(tree, 'Readiness Gates'))),
    },
    status: {
      phase: leaving === null ? status : running ? 'Running' : 'Pending',
      ...field('reason', valueAt(tree, 'Reason')),
      ...field('message', valueAt(tree, 'Message')),
      ...field('podIP', valueAt(tree, 'IP')),
      ...field('startTime', timeOf(valueAt(tree, 'Start Time'))),
      conditions: parseConditions(branch(tree, 'Conditions')),
      containerStatuses: containers.flatMap((one) => parseContainerStatus(one) ?? []),
      initContainerStatuses: initContainers.flatMap((one) => parseContainerStatus(one) ?? []),
    },
  }
}

/** What a pod and a template have in common. */
const podSpec = (tree: readonly Branch[]): Fields => ({
  ...field(
    'initContainers',
    branch(tree, 'Init Containers')?.children.map((one) => parseContainer(one)),
  ),
  containers: (branch(tree, 'Containers')?.children ?? []).map((one) => parseContainer(one)),
  volumes: (branch(tree, 'Volumes')?.children ?? []).map(parseVolume),
  ...field('priorityClassName', valueAt(tree, 'Priority Class Name')),
})

function parseVolume({ key: name, children }: Branch): Fields {
  const type = valueAt(children, 'Type')?.split(' ')[0]
  const optional = valueAt(children, 'Optional') === 'true' ? { optional: true } : {}
  switch (type) {
    case 'PersistentVolumeClaim':
      return { name, persistentVolumeClaim: { claimName: valueAt(children, 'ClaimName') ?? '' } }
    case 'ConfigMap':
      return { name, configMap: { name: valueAt(children, 'Name') ?? '', ...optional } }
    case 'Secret':
      return { name, secret: { secretName: valueAt(children, 'SecretName') ?? '', ...optional } }
    case 'EmptyDir':
      return { name, emptyDir: {} }
    default:
      return { name }
  }
}

const parseReadinessGates = (gates: Branch | undefined) =>
  gates?.children.slice(1).map(({ text }) => ({ conditionType: text.split(/\s+/)[0] ?? '' }))

/** The `Pod Template` of a workload. */
export const parsePodTemplate = (template: Branch | undefined): Fields => {
  const children = template?.children ?? []
  return { metadata: { labels: pairsOf(children, 'Labels') }, spec: podSpec(children) }
}
