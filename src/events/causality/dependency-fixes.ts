import { inspectFix } from '../../diagnosis/fixes/commands.ts'
import { inNamespace, nameWord } from '../../model/command/command.ts'
import type { Fix } from '../../model/report/finding.ts'
import type { FailedDependency, ServiceReference } from '../facts/dependency.ts'
import type { SubjectReference } from '../facts/subject.ts'

/** Characters of a runtime's error that a fix quotes: its end says what went wrong. */
const ERROR_LENGTH = 160

const findWebhook = inspectFix('Find the webhook, its rules and its failurePolicy', [
  'kubectl',
  'get',
  'validatingwebhookconfigurations,mutatingwebhookconfigurations',
])

/** What to look at where a dependency stops several workloads. */
export function dependencyFixes(dependency: FailedDependency, subject: SubjectReference): readonly Fix[] {
  switch (dependency.type) {
    case 'WebhookDown':
      return [...(dependency.service === undefined ? [] : [seeEndpoints(dependency.service)]), findWebhook]
    case 'WebhookDenied':
      return [findWebhook]
    case 'QuotaExceeded':
      return [seeQuota(subject)]
    case 'RegistryFailed':
      return [
        {
          title: `Try the registry from a node; the nodes say: ${dependency.error.slice(-ERROR_LENGTH)}`,
          risk: 'Inspect',
        },
      ]
  }
}

const seeEndpoints = ({ namespace, name }: ServiceReference): Fix =>
  inspectFix('See whether its Service has endpoints', [
    'kubectl',
    'get',
    'endpointslices',
    ...inNamespace(namespace),
    '-l',
    nameWord('Service', name, 'kubernetes.io/service-name='),
  ])

const seeQuota = ({ name, namespace = 'default' }: SubjectReference): Fix =>
  inspectFix('See what is used of the quota', [
    ...['kubectl', 'describe', 'resourcequota', nameWord('ResourceQuota', name), ...inNamespace(namespace)],
  ])
