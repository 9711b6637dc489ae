import { causeCode } from '../../diagnosis/codes/codes.ts'
import { inspectFix } from '../../diagnosis/fixes/commands.ts'
import { nameWord } from '../../model/command/command.ts'
import { plural } from '../../model/text/words.ts'
import { subjectKey, subjectText } from '../facts/subject.ts'
import type { Candidate } from '../incidents/candidate.ts'
import { spanOf } from '../incidents/event-lines.ts'
import { signsOf } from '../incidents/signs.ts'
import { QUOTED, someOf } from './group.ts'

const CODE = 'sandbox-failed'

/**
 * Where pods of two workloads cannot be set up on one node, and the node says nothing itself, the node is to blame
 * (docs/reference/events.md#C): an incident for each such node.
 */
export function sharedNodeCandidates(candidates: readonly Candidate[]): readonly Candidate[] {
  const loud = candidates.filter(({ hidden }) => hidden === undefined)
  const failing = loud.filter(({ signs, nodes }) => signs.code === CODE && nodes.size === 1)
  const known = new Set(
    loud.flatMap(({ finding: { subject, code } }) =>
      subject.kind === 'Node' && code === 'node-not-ready' ? [subject.name] : [],
    ),
  )
  return [...Map.groupBy(failing, ({ nodes }) => [...nodes][0] ?? '')].flatMap(([node, group]) => {
    const subjects = new Set(group.map((candidate) => candidate.subjectKey))
    return subjects.size < 2 || known.has(node) ? [] : [sharedNode(node, group)]
  })
}

function sharedNode(node: string, group: readonly Candidate[]): Candidate {
  const names = group.map(({ finding }) => subjectText(finding.subject)).sort()
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
        `${someOf(names, QUOTED)} fail alike, and all of them on this node. ` +
        'Its network plugin or its container runtime is the likely cause, and not the workloads.',
      evidence: group.flatMap(({ finding: { evidence } }) => evidence.slice(0, 1)).slice(0, QUOTED),
      effect: 'NotStarted',
      fixes: [
        inspectFix('Look at the network plugin among the pods of the node', [
          'kubectl',
          'get',
          'pods',
          '-A',
          '-o',
          'wide',
          '--field-selector',
          nameWord('Node', node, 'spec.nodeName='),
        ]),
        inspectFix('See the node with its conditions and events', [
          ...['kubectl', 'describe', 'node', nameWord('Node', node)],
        ]),
      ],
      docs: causeCode(CODE).docs,
    },
    subjectKey: subjectKey(subject),
    facts: [],
    statement: { type: 'SharedCause', cause: 'NodeSandbox' },
    diagnosed: true,
    ongoing: group.some(({ ongoing }) => ongoing),
    over: group.every(({ over }) => over),
    firstSeen: firstSeen || (group[0]?.firstSeen ?? ''),
    lastSeen: lastSeen || (group[0]?.lastSeen ?? ''),
    signs: signsOf(CODE, []),
    nodes: new Set([node]),
    pods: [],
  }
}
