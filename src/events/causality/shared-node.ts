import { causeCode } from '../../diagnosis/codes/codes.ts'
import { shellCommand } from '../../model/text/shell.ts'
import { groupBy } from '../../model/text/sort.ts'
import { listed, plural } from '../../model/text/words.ts'
import { rootKey } from '../facts/subject.ts'
import type { Draft } from '../incidents/candidate.ts'
import { objectText, spanOf } from '../incidents/event-lines.ts'

const CODE = 'sandbox-failed'
const NAMED = 3

/**
 * Causes that show only when several subjects are looked at together: where pods of two workloads cannot be set up on
 * one node, and the node says nothing itself, the node is to blame (spec/events.md C).
 */
export function commonCauses(drafts: readonly Draft[]): readonly Draft[] {
  const failing = drafts.filter(({ quiet, signs, nodes }) => !quiet && signs.has(CODE) && nodes.size === 1)
  const blamed = new Set(
    drafts.flatMap(({ quiet, finding: { subject, code } }) =>
      !quiet && subject.kind === 'Node' && code === 'node-not-ready' ? [subject.name] : [],
    ),
  )
  return [...groupBy(failing, ({ nodes }) => [...nodes][0] ?? '')].flatMap(([node, group]) => {
    const subjects = new Set(group.map((draft) => draft.rootKey))
    return subjects.size < 2 || blamed.has(node) ? [] : [nodeDraft(node, group)]
  })
}

function nodeDraft(node: string, group: readonly Draft[]): Draft {
  const names = group.map(({ finding }) => objectText(finding.subject)).sort()
  const more = names.length - NAMED
  const shown = more > 0 ? [...names.slice(0, NAMED), `${more} more`] : names
  const { firstSeen, lastSeen } = spanOf(group.flatMap(({ facts }) => facts))
  const subject = { kind: 'Node', name: node }
  return {
    finding: {
      code: CODE,
      severity: 'Error',
      confidence: 'Likely',
      rootCause: true,
      subject,
      summary: `pods of ${plural(names.length, 'workload')} cannot be set up on this node`,
      explanation:
        `${listed(shown)} fail alike, and all of them on this node. ` +
        'Its network plugin or its container runtime is the likely cause, and not the workloads.',
      evidence: group.flatMap(({ finding: { evidence } }) => evidence.slice(0, 1)).slice(0, NAMED),
      effect: 'NotStarted',
      fixes: [
        {
          title: 'Look at the network plugin among the pods of the node',
          risk: 'Inspect',
          command: shellCommand([
            'kubectl',
            'get',
            'pods',
            '-A',
            '-o',
            'wide',
            '--field-selector',
            `spec.nodeName=${node}`,
          ]),
        },
        {
          title: 'See the node with its conditions and events',
          risk: 'Inspect',
          command: shellCommand(['kubectl', 'describe', 'node', node]),
        },
      ],
      docs: causeCode(CODE).docs,
    },
    rootKey: rootKey(subject),
    facts: [],
    diagnosed: true,
    quiet: false,
    ongoing: group.some(({ ongoing }) => ongoing),
    firstSeen: firstSeen || (group[0]?.firstSeen ?? ''),
    lastSeen: lastSeen || (group[0]?.lastSeen ?? ''),
    signs: new Set([CODE]),
    nodes: new Set([node]),
    pods: new Set(),
  }
}
