import { inNamespace, typeAndName } from '../../../model/command/command.ts'
import type { Deployment } from '../../../model/kubernetes/objects.ts'
import type { Workload } from '../../../model/snapshot/workload.ts'
import type { Cause } from '../../cause.ts'
import { inspectFix } from '../../fixes/commands.ts'
import { conditionWith, workloadConditionEvidence } from './conditions.ts'

/** The rollout ran out of time: what its pods suffer from is the cause, this only follows. */
export function progressCauses({ kind, name, namespace, object }: Workload): readonly Cause[] {
  if (kind !== 'Deployment') return []
  const deployment = object as Deployment | undefined
  const condition = conditionWith(deployment, 'Progressing', 'False')
  if (deployment === undefined || condition?.reason !== 'ProgressDeadlineExceeded') return []
  return [
    {
      code: 'progress-deadline',
      layer: 'rollout',
      severity: 'Info',
      confidence: 'Certain',
      effect: 'Unready',
      summary: `rollout did not finish within ${deployment.spec?.progressDeadlineSeconds ?? 600}s`,
      explanation:
        'The new pods did not become available in time. The Deployment goes on trying; nothing is rolled back by itself.',
      evidence: [workloadConditionEvidence(deployment, condition)],
      fixes: [
        inspectFix('See the revisions; rollout undo goes back to the one before', [
          'kubectl',
          'rollout',
          'history',
          typeAndName('Deployment', name),
          ...inNamespace(namespace),
        ]),
      ],
    },
  ]
}
