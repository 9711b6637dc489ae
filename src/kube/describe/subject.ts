import { UNNAMED } from '../../model/kubernetes/reference.ts'
import { kindOfDescribe, kindOfWord } from './kinds.ts'
import type { DescribedObject } from './objects.ts'
import type { Section } from './sections.ts'
import { type Branch, valueAt } from './tree.ts'

/** What a describe is about: its own fields, else the command, else its events. */
export function subjectOf({ command, rows }: Section, tree: readonly Branch[]): DescribedObject {
  const own = {
    name: valueAt(tree, 'Name'),
    kind: valueAt(tree, 'Kind') ?? kindOfDescribe(tree.map(({ key }) => key)),
  }
  const typed = {
    name: command?.name,
    kind: command?.type === undefined ? undefined : kindOfWord(command.type),
  }
  const fromEvents = subjectOfEvents(rows)
  const namespace = valueAt(tree, 'Namespace') ?? command?.namespace ?? fromEvents.namespace
  return {
    kind: own.kind ?? typed.kind ?? fromEvents.kind ?? '',
    name: own.name ?? typed.name ?? fromEvents.name ?? UNNAMED,
    ...(namespace === undefined ? {} : { namespace }),
  }
}

/** What the kubelet writes about its node and not about a pod. */
const NODE_REASONS =
  /^\w+\s+(?:Starting|Node[A-Z]\w+|InvalidDiskCapacity|ImageGCFailed|ContainerGCFailed|FreeDiskSpaceFailed|EvictionThresholdMet|SystemOOM|OOMKilling|Shutdown|KubeletSetupFailed)\s/

/** Messages that name the object they are about, where only the events of a describe were copied. */
const NAMING_MESSAGES: readonly (readonly [
  kind: string,
  pattern: RegExp,
  order: readonly ('name' | 'namespace')[],
])[] = [
  ['Pod', /Successfully assigned ([^\s/]+)\/(\S+) to /, ['namespace', 'name']],
  ['Pod', /restarting failed container \S+ in pod ([^\s_]+)_([^\s(]+)\(/, ['name', 'namespace']],
  ['Node', /Node (\S+) (?:status is now|has been rebooted)/, ['name']],
  ['Deployment', /Scaled (?:up|down) replica set (\S+)-[a-z0-9]+ (?:from|to) /, ['name']],
  ['ReplicaSet', /\sreplicaset-controller\s.*(?:Created|Deleted) pod: (\S+)-[a-z0-9]{5}$/, ['name']],
  ['Job', /\sjob-controller\s.*(?:Created|Deleted) pod: (\S+)-[a-z0-9]{5}$/, ['name']],
  ['CronJob', /\scronjob-controller\s.*(?:Created|Deleted) job (\S+)-\d+$/, ['name']],
  ['StatefulSet', /in StatefulSet (\S+) /, ['name']],
  ['Node', NODE_REASONS, []],
  ['Pod', /\s(?:kubelet|default-scheduler)[\s,]|spec\.(?:containers|initContainers)\{/, []],
]

/** As much as the rows of events name. */
function subjectOfEvents(rows: readonly string[]): Partial<DescribedObject> {
  for (const [kind, pattern, order] of NAMING_MESSAGES) {
    const match = rows.map((text) => pattern.exec(text)).find((one) => one !== null)
    if (match)
      return { kind, ...Object.fromEntries(order.map((word, index) => [word, match[index + 1] ?? ''])) }
  }
  return {}
}
