import { type Code, causeCode } from '../../diagnosis/codes/codes.ts'
import type { Fix } from '../../model/report/finding.ts'
import { shellCommand } from '../../model/text/shell.ts'
import { groupBy } from '../../model/text/sort.ts'
import { listed, plural } from '../../model/text/words.ts'
import { type Root, rootKey } from '../facts/subject.ts'
import type { Draft } from '../incidents/candidate.ts'
import { objectText } from '../incidents/event-lines.ts'

/** Something outside of the workloads that stops several of them. */
interface Culprit {
  readonly code: Code
  readonly kind: string
  /** Its name in a message; the first group. What else the message tells goes to `fixes`. */
  readonly pattern: RegExp
  readonly nameOf?: (found: string) => string
  /** Whether it is in the namespace of what it stops. */
  readonly namespaced: boolean
  readonly summary: (workloads: string) => string
  readonly explanation: string
  readonly fixes: (root: Root, message: string) => readonly Fix[]
}

const inspect = (title: string, ...command: readonly string[]): Fix => ({
  title,
  risk: 'Inspect',
  command: shellCommand(['kubectl', ...command]),
})

/** `registry.example.com:5000/team/app:1` → its host; Docker Hub where there is none. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/')
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io'
}

const WEBHOOKS = inspect(
  'Find the webhook, its rules and its failurePolicy',
  'get',
  'validatingwebhookconfigurations,mutatingwebhookconfigurations',
)

/** `Post "https://policy.kyverno.svc:443/..."`: the Service behind a webhook. */
function serviceOf(message: string): readonly Fix[] {
  const [, name, namespace] = /https:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc\b/.exec(message) ?? []
  if (name === undefined || namespace === undefined) return []
  const selector = `kubernetes.io/service-name=${name}`
  return [
    inspect(
      'See whether its Service has endpoints',
      'get',
      'endpointslices',
      '-n',
      namespace,
      '-l',
      selector,
    ),
  ]
}

/** One row for each kind of culprit. The order is policy: a message belongs to the first that fits. */
const CULPRITS: readonly Culprit[] = [
  {
    code: 'admission-denied',
    kind: 'AdmissionWebhook',
    pattern: /failed calling webhook "([^"]+)"/,
    namespaced: false,
    summary: (workloads) => `the webhook does not answer, so pods of ${workloads} cannot be created`,
    explanation:
      'The API server asks this webhook before it creates a pod, and refuses where there is no answer (failurePolicy Fail).',
    fixes: (_, message) => [...serviceOf(message), WEBHOOKS],
  },
  {
    code: 'admission-denied',
    kind: 'AdmissionWebhook',
    pattern: /admission webhook "([^"]+)" denied the request/,
    namespaced: false,
    summary: (workloads) => `the webhook refuses the pods of ${workloads}`,
    explanation:
      'It answers, and says no. Either its policy is new, or these workloads share what it forbids: its words are in the messages.',
    fixes: () => [WEBHOOKS],
  },
  {
    code: 'quota-exceeded',
    kind: 'ResourceQuota',
    pattern: /exceeded quota: ([^,\s]+)/,
    namespaced: true,
    summary: (workloads) => `the quota is used up, so pods of ${workloads} cannot be created`,
    explanation:
      'Everything in the namespace shares the quota. Raise it, or lower what the workloads use of it.',
    fixes: ({ name, namespace = 'default' }) => [
      inspect('See what is used of the quota', 'describe', 'resourcequota', name, '-n', namespace),
    ],
  },
  {
    code: 'image-pull',
    kind: 'Registry',
    pattern:
      /^Failed to pull image "([^"]+)".*(?:no such host|i\/o timeout|connection refused|TLS handshake timeout|network is unreachable|no route to host|registry is unavailable|toomanyrequests|\b429\b|x509:|server gave HTTP response to HTTPS client)/s,
    nameOf: registryOf,
    namespaced: false,
    summary: (workloads) => `images of ${workloads} cannot be pulled from this registry`,
    explanation:
      'Several workloads fail alike, and their images come from the same registry. It is down, limits or refuses the nodes, ' +
      'or the nodes cannot reach it.',
    fixes: (_, message) => [
      {
        title: `Try the registry from a node; the nodes say: ${message.replace(/^Failed to pull image "[^"]+": /, '').slice(-160)}`,
        risk: 'Inspect',
      },
    ],
  },
]

interface Accusation {
  readonly culprit: Culprit
  readonly root: Root
  readonly message: string
}

/** What the messages of an incident blame besides its subject. */
export function culpritsOf(draft: Draft): readonly Accusation[] {
  const rows = CULPRITS.filter(({ code }) => draft.signs.has(code))
  if (rows.length === 0) return []
  const messages = new Set(draft.facts.map(({ occurrence }) => occurrence.message))
  const found = new Map<string, Accusation>()
  for (const message of messages)
    for (const culprit of rows) {
      const named = culprit.pattern.exec(message)?.[1]
      if (named === undefined) continue
      const { namespace } = draft.finding.subject
      const root: Root = {
        kind: culprit.kind,
        name: (culprit.nameOf ?? String)(named),
        ...(culprit.namespaced && namespace !== undefined ? { namespace } : {}),
      }
      if (!found.has(rootKey(root))) found.set(rootKey(root), { culprit, root, message })
      break
    }
  return [...found.values()]
}

/** Incidents of culprits that stop more than one subject: mend these, and the others go away. */
export function culpritDrafts(drafts: readonly Draft[]): readonly Draft[] {
  const accused = drafts
    .filter(({ quiet, finding }) => !quiet && !CULPRITS.some(({ kind }) => kind === finding.subject.kind))
    .flatMap((draft) => culpritsOf(draft).map((accusation) => ({ draft, accusation })))
  return [...groupBy(accused, ({ accusation }) => rootKey(accusation.root)).values()].flatMap((group) => {
    const [first] = group
    const subjects = new Set(group.map(({ draft }) => draft.rootKey))
    return first === undefined || subjects.size < 2
      ? []
      : [
          culpritDraft(
            first.accusation,
            group.map(({ draft }) => draft),
          ),
        ]
  })
}

const NAMED = 3

function culpritDraft({ culprit, root, message }: Accusation, group: readonly Draft[]): Draft {
  const names = [...new Set(group.map(({ finding }) => objectText(finding.subject)))].sort()
  const shown = names.length > NAMED + 1 ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names
  const nodes = new Set(group.flatMap((draft) => [...draft.nodes]))
  // Where all of it happens on one node, that may be the reason as well.
  const isOneNode = culprit.kind === 'Registry' && nodes.size === 1
  return {
    finding: {
      code: culprit.code,
      severity: 'Error',
      confidence: isOneNode ? 'Possible' : 'Likely',
      rootCause: true,
      subject: root,
      summary: culprit.summary(plural(names.length, 'workload')),
      explanation:
        `${listed(shown)} name it in their events. ${culprit.explanation}` +
        (isOneNode ? ` All pods are on node ${[...nodes][0]}: look at its network and DNS as well.` : ''),
      evidence: group.flatMap(({ finding }) => finding.evidence.slice(0, 1)).slice(0, NAMED),
      effect: 'NotStarted',
      fixes: culprit.fixes(root, message),
      docs: causeCode(culprit.code).docs,
    },
    rootKey: rootKey(root),
    facts: [],
    diagnosed: true,
    quiet: false,
    ongoing: group.some(({ ongoing }) => ongoing),
    firstSeen: group.map(({ firstSeen }) => firstSeen).sort()[0] ?? '',
    lastSeen:
      group
        .map(({ lastSeen }) => lastSeen)
        .sort()
        .at(-1) ?? '',
    signs: new Set([culprit.code]),
    nodes,
    pods: new Set(),
  }
}
