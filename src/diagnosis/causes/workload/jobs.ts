import { inNamespace, nameWord, typeAndName } from '../../../model/command/command.ts'
import { own } from '../../../model/kubernetes/fields.ts'
import type { Job, KubeObject } from '../../../model/kubernetes/objects.ts'
import { describeObject } from '../../../model/kubernetes/reference.ts'
import type { Evidence } from '../../../model/report/finding.ts'
import type { Workload } from '../../../model/snapshot/workload.ts'
import { sortedBy } from '../../../model/text/sort.ts'
import type { Cause } from '../../cause.ts'
import { inspectFix } from '../../fixes/commands.ts'
import { conditionWith, workloadConditionEvidence } from './conditions.ts'
import { type OwnedObjects, ownedBy } from './owned.ts'

/** How a Job gives up. */
type JobCode = 'job-backoff' | 'job-deadline' | 'job-failed'

/** By the reason of the condition `Failed`; all other reasons are rules of the Job itself. */
const JOB_CODES: Readonly<Record<string, JobCode>> = {
  BackoffLimitExceeded: 'job-backoff',
  DeadlineExceeded: 'job-deadline',
}

/** Whether this is a Job that is over, for better or worse. */
export const isFinishedJob = (object: KubeObject | undefined): object is Job =>
  object?.kind === 'Job' &&
  (conditionWith(object, 'Complete', 'True') ?? conditionWith(object, 'Failed', 'True')) !== undefined

/** Jobs that failed for good. Of a CronJob only the newest finished Job counts: the others are history. */
export function jobCauses(workload: Workload, owned: OwnedObjects): readonly Cause[] {
  const jobs = workload.kind === 'Job' ? [workload.object] : ownedBy(owned, workload)
  const newest = sortedBy(jobs.filter(isFinishedJob), ({ metadata }) => [
    metadata.creationTimestamp ?? '',
    metadata.name,
  ]).at(-1)
  const failed = conditionWith(newest, 'Failed', 'True')
  if (newest === undefined || failed === undefined) return []
  const code = own(JOB_CODES, failed.reason ?? '') ?? 'job-failed'
  const { namespace = 'default', name } = newest.metadata
  return [
    {
      code,
      layer: 'job',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'None',
      summary: `${workload.kind === 'CronJob' ? `its last Job ${name}` : 'Job'} failed: ${failed.message ?? failed.reason}`,
      explanation: JOB_WORDS[code],
      evidence: [workloadConditionEvidence(newest, failed), ...limitEvidence(newest, code)],
      fixes: [
        inspectFix('Read what its pods said', [
          'kubectl',
          'logs',
          typeAndName('Job', name),
          ...inNamespace(namespace),
          '--all-containers',
        ]),
        inspectFix('See the Job with its events', [
          ...['kubectl', 'describe', 'job', nameWord('Job', name), ...inNamespace(namespace)],
        ]),
      ],
    },
  ]
}

/** The field of the Job that was reached. */
const LIMITS = {
  'job-backoff': 'backoffLimit',
  'job-deadline': 'activeDeadlineSeconds',
  'job-failed': undefined,
} as const satisfies Readonly<Record<JobCode, keyof NonNullable<Job['spec']> | undefined>>

function limitEvidence(job: Job, code: JobCode): readonly Evidence[] {
  const field = LIMITS[code]
  const limit = field && job.spec?.[field]
  return limit == null
    ? []
    : [{ source: 'Spec', object: describeObject(job), path: `spec.${field}`, text: `${limit}` }]
}

const JOB_WORDS: Readonly<Record<JobCode, string>> = {
  'job-backoff':
    'The pods of the Job failed more often than backoffLimit allows, so it gave up. Why they fail is in their exit codes and ' +
    'logs. A failed Job is not tried again: mend the task, then create the Job anew.',
  'job-deadline':
    'The Job was active for longer than activeDeadlineSeconds, so its pods were stopped. Either the task takes longer, or ' +
    'its pods did not get to work.',
  'job-failed':
    'A rule of the Job itself ended it: a pod failure policy, a success policy or the limit of failed indexes.',
}
