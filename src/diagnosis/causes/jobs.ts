import type { Job } from '../../model/kubernetes/objects.ts'
import { describeObject } from '../../model/kubernetes/reference.ts'
import type { Workload } from '../../model/snapshot/workload.ts'
import { sortedBy } from '../../model/text/sort.ts'
import type { Cause } from '../cause.ts'
import type { Code } from '../codes/codes.ts'
import { inspectFix } from '../fixes.ts'
import { type Children, conditionsOf, ownChildren, statusCondition } from './workload.ts'

const JOB_CODES: Readonly<Record<string, Code>> = {
  BackoffLimitExceeded: 'job-backoff',
  DeadlineExceeded: 'job-deadline',
}

/** Jobs that failed for good. Of a CronJob only the newest finished Job counts: the others are history. */
export function jobCauses(workload: Workload, children: Children): readonly Cause[] {
  const jobs = (workload.kind === 'Job' ? [workload.object] : ownChildren(children, workload)).filter(
    (object): object is Job => object?.kind === 'Job',
  )
  const finished = jobs.filter((job) =>
    conditionsOf(job).some(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True'),
  )
  const newest = sortedBy(finished, ({ metadata }) => [metadata.creationTimestamp ?? '', metadata.name]).at(
    -1,
  )
  const failed = conditionsOf(newest).find(({ type, status }) => type === 'Failed' && status === 'True')
  if (newest === undefined || failed === undefined) return []
  const code = JOB_CODES[failed.reason ?? ''] ?? 'job-failed'
  const evidence = statusCondition(newest, 'Failed')
  const { namespace = 'default', name } = newest.metadata
  const number = code === 'job-backoff' ? newest.spec?.backoffLimit : newest.spec?.activeDeadlineSeconds
  const field = code === 'job-backoff' ? 'backoffLimit' : 'activeDeadlineSeconds'
  return [
    {
      code,
      layer: 'job',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'None',
      summary: `${workload.kind === 'CronJob' ? `its last Job ${name}` : 'Job'} failed: ${failed.message ?? failed.reason}`,
      explanation: jobWords(code),
      evidence: [
        ...(evidence === undefined ? [] : [evidence]),
        ...(number === undefined || code === 'job-failed'
          ? []
          : [
              {
                source: 'Spec' as const,
                object: describeObject(newest),
                path: `spec.${field}`,
                text: `${number}`,
              },
            ]),
      ],
      fixes: [
        inspectFix('Read what its pods said', [
          'kubectl',
          'logs',
          `job/${name}`,
          '-n',
          namespace,
          '--all-containers',
        ]),
        inspectFix('See the Job with its events', ['kubectl', 'describe', 'job', name, '-n', namespace]),
      ],
    },
  ]
}

const jobWords = (code: Code): string =>
  code === 'job-backoff'
    ? 'The pods of the Job failed more often than backoffLimit allows, so it gave up. Why they fail is in their exit codes and ' +
      'logs. A failed Job is not tried again: mend the task, then create the Job anew.'
    : code === 'job-deadline'
      ? 'The Job was active for longer than activeDeadlineSeconds, so its pods were stopped. Either the task takes longer, or ' +
        'its pods did not get to work.'
      : 'A rule of the Job itself ended it: a pod failure policy, a success policy or the limit of failed indexes.'
