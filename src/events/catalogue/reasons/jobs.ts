import { NOTHING_TO_DO } from '../attention.ts'
import { CREATE_CASES } from '../cases/create.ts'
import { COMPLETED_JOB_CASES } from '../cases/job.ts'
import { broken, ordinary, type ReasonRow, rows, SITE, suspicious } from '../types.ts'

const JOB = `${SITE}/concepts/workloads/controllers/job/`
const CRON = `${SITE}/concepts/workloads/controllers/cron-jobs/`

/** Jobs and CronJobs (docs/reference/events.md#B5). */
export const JOBS: readonly ReasonRow[] = [
  ...rows({ components: [], kinds: ['Job'] }, [
    ordinary('Completed', 'The Job is complete'),
    ordinary('Suspended', 'The Job was suspended'),
    ordinary('Resumed', 'The Job was resumed'),
    ordinary('WorkloadCreated', 'A Workload was created for the Job', 'HardlyEver'),
    broken(
      'BackoffLimitExceeded',
      'The Job gave up because its pods failed more often than backoffLimit allows',
      'Read the log of a failed pod; the Job itself has to be created anew',
      { causeCode: 'job-backoff', lasting: true, docs: JOB },
    ),
    broken(
      'DeadlineExceeded',
      'The Job ran longer than activeDeadlineSeconds and was ended',
      'Raise the deadline, or find out what takes so long',
      { causeCode: 'job-deadline', lasting: true, docs: JOB },
    ),
    broken(
      'PodFailurePolicy',
      'The failure policy of the Job ended it because of the exit code of a pod',
      'Look at the exit code and the rule in the message',
      { causeCode: 'job-failed', lasting: true, docs: JOB },
    ),
    broken(
      'MaxFailedIndexesExceeded',
      'More indexes of the Job failed than maxFailedIndexes allows',
      'Look at the pods of the failed indexes',
      { causeCode: 'job-failed', lasting: true, docs: JOB },
    ),
    broken('FailedIndexes', 'Some indexes of the Job failed', 'Look at the pods of the failed indexes', {
      causeCode: 'job-failed',
      lasting: true,
      docs: JOB,
    }),
    suspicious(
      'TooManySucceededPods',
      'More pods succeeded than the Job needs',
      'Check for pods that were made by hand with the labels of the Job',
    ),
    suspicious(
      'UnknownCompletionMode',
      'The controller does not know the completion mode of the Job',
      'Check the versions of the control plane',
    ),
  ]),
  ...rows({ components: [], kinds: ['CronJob'] }, [
    ordinary('SuccessfulCreate', 'A Job was started'),
    ordinary('SuccessfulDelete', 'An old Job was removed'),
    {
      ...ordinary('SawCompletedJob', 'A Job of the CronJob has ended'),
      cases: COMPLETED_JOB_CASES,
    },
    broken(
      'FailedCreate',
      'The CronJob cannot create its Job',
      'Read in the message why the API server refuses it',
      { causeCode: 'admission-denied', resolvedBy: ['SuccessfulCreate'], cases: CREATE_CASES, docs: CRON },
    ),
    broken('FailedDelete', 'The CronJob cannot remove an old Job', 'Check finalizers and webhooks', {
      notInStatus: true,
    }),
    broken('FailedGet', 'The CronJob cannot read one of its Jobs', 'Read the error in the message', {
      notInStatus: true,
    }),
    broken(
      'MissSchedule',
      'The CronJob missed its time because startingDeadlineSeconds had passed',
      'Raise startingDeadlineSeconds, or find out what kept the controller',
      { severity: 'Warning', resolvedBy: ['SuccessfulCreate'], notInStatus: true, docs: CRON },
    ),
    broken(
      'TooManyMissedTimes',
      'The CronJob has missed more than a hundred times',
      'Set a smaller startingDeadlineSeconds, and check the clock',
      { severity: 'Warning', resolvedBy: ['SuccessfulCreate'], notInStatus: true, docs: CRON },
    ),
    {
      ...ordinary(
        'JobAlreadyActive',
        'The run before still goes on, so this one was left out',
        'WhenRepeated',
      ),
      advice: 'Check whether the Job hangs; activeDeadlineSeconds ends such runs',
    },
    ordinary('MissingJob', 'A Job of the CronJob was deleted by somebody else'),
    suspicious('UnexpectedJob', 'Somebody else created a Job in the name of the CronJob', NOTHING_TO_DO, {
      severity: 'Info',
      attention: 'Step',
    }),
    ...['UnparseableSchedule', 'UnParseableCronJobSchedule', 'InvalidSchedule'].map((reason) =>
      broken(reason, 'The schedule cannot be read, so the CronJob never runs', 'Correct spec.schedule', {
        notInStatus: true,
        docs: CRON,
      }),
    ),
    broken(
      'UnknownTimeZone',
      'The time zone is not known, so the CronJob never runs',
      'Correct spec.timeZone',
      {
        notInStatus: true,
        docs: CRON,
      },
    ),
    suspicious('UnsupportedSchedule', 'The schedule sets a time zone in the text', 'Use spec.timeZone', {
      notInStatus: true,
    }),
  ]),
]
