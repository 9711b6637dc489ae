import { inNamespace, nameWord } from '../../../model/command/command.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import { listed } from '../../../model/text/words.ts'
import { refOf } from '../../cluster/reference.ts'
import type { JudgedNode } from '../../report/nodes/judged-nodes.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import { foreignFinalizers } from '../../state/terminating.ts'
import { type FixCandidate, fixKey } from '../candidate.ts'
import { commandLine, undoLine } from './command.ts'

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

/** Pods that are deleted and never go (docs/reference/kubectl-drain.md#E4). */
export const stuckPodFixes = (run: SimulationRun, judged: readonly JudgedNode[]): readonly FixCandidate[] => [
  ...finalizerFixes(run),
  ...deadNodeFixes(judged),
]

function finalizerFixes({ courses }: SimulationRun): readonly FixCandidate[] {
  const ends = courses.flatMap((course) => course.ends)
  const remaining = ends.flatMap((end) => (end.type === 'Ended' ? end.remaining : []))
  const stuck = new Map(
    remaining.flatMap(({ why, pod }) => (why === 'Terminating' ? [[refOf(pod), pod] as const] : [])),
  )
  return sortedBy(stuck, ([name]) => [name]).flatMap(([name, pod]): FixCandidate[] => {
    const finalizers = foreignFinalizers(pod)
    if (finalizers.length === 0) return []
    return [
      {
        problem: { code: 'finalizer', pod: name },
        untried: 'who removes the finalizer, and when, is not known',
        fix: {
          code: 'find-finalizer',
          key: fixKey('find-finalizer', name),
          title: `Find out who should remove ${listed(finalizers)} from pod ${name}, and why it has not`,
          risk: 'Inspect',
          ...commandLine([
            ...[
              'kubectl',
              'get',
              'pod',
              nameWord('Pod', pod.name),
              ...inNamespace(pod.namespace),
              '-o',
              'yaml',
            ],
          ]),
        },
      },
    ]
  })
}

const deadNodeFixes = (judged: readonly JudgedNode[]): readonly FixCandidate[] =>
  judged
    .filter(({ reasons }) => reasons.some(({ code }) => code === 'node-not-ready'))
    .map(({ name }) => ({
      problem: { code: 'node-not-ready', node: name },
      untried: 'whether the node is off can be seen at the machine only',
      fix: {
        code: 'mark-out-of-service',
        key: fixKey('mark-out-of-service', name),
        title: `If node ${name} is really powered off: mark it out of service, so that its pods are removed`,
        risk: 'Destructive',
        ...commandLine([
          'kubectl',
          'taint',
          'nodes',
          nameWord('Node', name),
          `${OUT_OF_SERVICE}=nodeshutdown:NoExecute`,
          '--overwrite',
        ]),
        ...undoLine({
          words: ['kubectl', 'taint', 'nodes', nameWord('Node', name), `${OUT_OF_SERVICE}:NoExecute-`],
        }),
      },
    }))
