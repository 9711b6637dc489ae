import { type NodeWarning, refusals, warnings } from '../../policy/policy.ts'
import type { SimulationRun } from '../../simulation/simulate.ts'
import type { Verdict } from '../../verdict.ts'
import { type JudgedPod, judgedPod } from './judged-pod.ts'
import { nodeNamesIn } from './judged-replacement.ts'
import type { NodeCourse, NodeCourses } from './node-courses.ts'
import type { NodeReason } from './reason.ts'
import { nodeReasons } from './reasons.ts'
import { replacementOutcomes } from './replacement-outcomes.ts'
import { courseVerdict, nodeVerdict } from './verdicts.ts'

/** What all courses of a run together mean for one of its nodes. */
export interface JudgedNode {
  readonly name: string
  readonly verdict: Verdict
  /** The most important first; empty for a plain `Drains`. */
  readonly reasons: readonly NodeReason[]
  /** Of the drainer; none where it refuses the node. */
  readonly warnings: readonly NodeWarning[]
  readonly pods: readonly JudgedPod[]
}

/** Every node of the command with its verdict, its reasons and its pods. */
export function judgedNodes(run: SimulationRun): readonly JudgedNode[] {
  const outcomes = run.courses.map(({ final }) => replacementOutcomes(run.start, final, run.nodes))
  const { now } = run.start.simulated.cluster
  const nodeNames = nodeNamesIn(run.start.simulated)
  return run.nodes.map((name, index) => {
    const decided = run.decided.get(name) ?? []
    const courses = run.courses.flatMap((course, position): NodeCourse[] => {
      const end = course.ends[index]
      const own = outcomes[position] ?? new Map()
      return end === undefined
        ? []
        : [{ end, outcomes: own, verdict: courseVerdict(end, own, run.policy, now) }]
    })
    return judgedNode({ run, name, decided, courses, nodeNames })
  })
}

function judgedNode(node: NodeCourses): JudgedNode {
  const verdict = nodeVerdict(node)
  return {
    name: node.name,
    verdict,
    reasons: nodeReasons(node, verdict),
    warnings: refusals(node.decided).length > 0 ? [] : warnings(node.decided),
    pods: node.decided.map((decided) => judgedPod(node, decided, verdict)),
  }
}
