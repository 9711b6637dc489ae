import { inNamespace, nameWord } from '../../../model/command/command.ts'
import { resourceValue } from '../../../model/kubernetes/quantity.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import { plural } from '../../../model/text/words.ts'
import type { Diagnosis } from '../../cause.ts'
import { specEvidence } from '../../evidence.ts'
import { inspectFix, nodeFix } from '../../fixes/commands.ts'
import { containerFix } from '../../fixes/patch.ts'
import type { ProbeFailure } from '../failure.ts'
import type { Suspect } from '../no-answer/suspect.ts'
import { seeAnswer } from './common.ts'
import { guessedSeconds, timeoutEvidence, timeoutFix } from './timeout-fix.ts'

/** Below this CPU limit even a trivial health check can take a second. */
const STARVED_MILLICORES = 100

/** The CPU limit of the container, if it is so low that it explains a slow answer. */
export function starvingLimit({ container }: ProbeFailure): Evidence | undefined {
  const limit = container.spec.resources?.limits?.['cpu']
  if (limit === undefined || resourceValue('cpu', limit) > STARVED_MILLICORES) return undefined
  return specEvidence(container, 'resources.limits.cpu', limit)
}

export function cpuStarved(failure: ProbeFailure, limit: Evidence): Diagnosis {
  const { probe, container } = failure
  const { name, namespace = 'default' } = container.podInfo.pod.metadata
  return {
    code: 'cpu-starved',
    confidence: 'Possible',
    summary: `${probe.type} probe gets no answer within ${probe.timeoutSeconds}s; the CPU limit is only ${limit.text}`,
    explanation:
      `With a CPU limit of ${limit.text} the container may run for only a small part of each 100 ms, and then waits. A ` +
      'health check that needs little CPU can take more than a second so. The throttling itself is only in the metrics ' +
      'of the node.',
    evidence: [limit, timeoutEvidence(failure)],
    fixes: [
      inspectFix('See how much CPU it uses; use at the limit means throttling', [
        ...['kubectl', 'top', 'pod', nameWord('Pod', name), ...inNamespace(namespace), '--containers'],
      ]),
      ...timeoutFix(failure, guessedSeconds(failure)),
      ...containerFix(
        container,
        'Raise the CPU limit to 500m',
        { resources: { limits: { cpu: '500m' } } },
        'Disruptive',
      ),
    ],
  }
}

/** The node has not enough for all that runs on it. */
export function nodeStarved(
  failure: ProbeFailure,
  { evidence, others }: Extract<Suspect, { type: 'Node' }>,
): Diagnosis {
  const { probe, container } = failure
  const node = container.podInfo.pod.spec?.nodeName ?? '?'
  return {
    code: 'cpu-starved',
    confidence: 'Possible',
    summary: `${probe.type} probe gets no answer within ${probe.timeoutSeconds}s; node ${node} seems to have too little for all that runs on it`,
    explanation: [
      ...(others > 0
        ? [
            `${plural(others, 'other workload')} of the node got slow or silent at the same time, also such as are asked ` +
              'without the network.',
          ]
        : []),
      'A node that is short of CPU, memory or processes makes everything on it slow, and each probe fails for no reason ' +
        'of its own. Look at the node first; if it is well, look at the application and then at the network.',
    ].join(' '),
    evidence: [...evidence, timeoutEvidence(failure)],
    fixes: [
      nodeFix(node),
      inspectFix('See how much of its CPU and memory the node uses', [
        'kubectl',
        'top',
        'node',
        nameWord('Node', node),
      ]),
      ...seeAnswer(failure, 'Measure how long the answer takes now'),
    ],
  }
}
