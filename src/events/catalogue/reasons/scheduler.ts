import { SCHEDULING_CASES, schedulingCaseOf } from '../cases/scheduling.ts'
import { broken, ordinary, type ReasonRow, rows, SITE } from '../types.ts'

const SCHEDULER = `${SITE}/concepts/scheduling-eviction/kube-scheduler/`

/** The scheduler (docs/reference/events.md#B4). Profiles may have any name, so the component does not matter. */
export const SCHEDULER_REASONS: readonly ReasonRow[] = rows({ components: [], kinds: ['Pod'] }, [
  ordinary('Scheduled', 'The pod got a node'),
  broken(
    'FailedScheduling',
    'The scheduler finds no node for the pod',
    'Read the reasons per node in the message',
    {
      causeCode: 'unschedulable',
      stage: 'scheduling',
      resolvedBy: ['Scheduled'],
      cases: SCHEDULING_CASES,
      caseOf: schedulingCaseOf,
      docs: SCHEDULER,
    },
  ),
  {
    ...ordinary('Preempted', 'The pod was removed to make room for one of higher priority', 'AtOnce'),
    advice: 'Add capacity, or reconsider the priority classes',
    severity: 'Warning',
    causeCode: 'preempted',
    losesPod: true,
    docs: `${SITE}/concepts/scheduling-eviction/pod-priority-preemption/`,
  },
  {
    ...ordinary(
      'BindingConditionsPending',
      'The pod waits for a device to become ready on its node',
      'WhenRepeated',
    ),
    stage: 'scheduling',
    resolvedBy: ['Scheduled'],
  },
])
