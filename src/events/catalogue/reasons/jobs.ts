import { CREATE_CASES } from '../cases/create.ts'
import { broken, ordinary, type ReasonInfo, rows, SITE, suspicious } from '../types.ts'

const JOB = `${SITE}/concepts/workloads/controllers/job/`
const CRON = `${SITE}/concepts/workloads/controllers/cron-jobs/`

/** Jobs and CronJobs (spec/events.md B.5). */
export const JOBS: readonly ReasonInfo[] = [
  ...rows({ components: [], kinds: ['Job'] }, [
    ordinary('Completed', 'The Job is complete.'),
    ordinary('Suspended', 'The Job was suspended.'),
    ordinary('Resumed', 'The Job was resumed.'),
    ordinary('WorkloadCreated', 'A Workload was created for the Job.', 3),
    broken(
      'BackoffLimitExceeded',
      'The Job gave up because its pods failed more often than backoffLimit allows.',
      'Read the log of a failed pod; the Job itself has to be created anew.',
      { causeCode: 'job-backoff', see: JOB },
    ),
    broken(
      'DeadlineExceeded',
      'The Job ran longer than activeDeadlineSeconds and was ended.',
      'Raise the deadline, or find out what takes so long.',
      { causeCode: 'job-deadline', see: JOB },
    ),
    broken(
      'PodFailurePolicy',
      'The failure policy of the Job ended it because of the exit code of a pod.',
      'Look at the exit code and the rule in the message.',
      { causeCode: 'job-failed', see: JOB },
    ),
    broken(
      'MaxFailedIndexesExceeded',
      'More indexes of the Job failed than maxFailedIndexes allows.',
      'Look at the pods of the failed indexes.',
      { causeCode: 'job-failed', see: JOB },
    ),
    broken('FailedIndexes', 'Some indexes of the Job failed.', 'Look at the pods of the failed indexes.', {
      causeCode: 'job-failed',
      see: JOB,
    }),
    suspicious(
      'TooManySucceededPods',
      'More pods succeeded than the Job needs.',
      'Check for pods that were made by hand with the labels of the Job.',
    ),
    suspicious(
      'UnknownCompletionMode',
      'The controller does not know the completion mode of the Job.',
      'Check the versions of the control plane.',
    ),
  ]),
  ...rows({ components: [], kinds: ['CronJob'] }, [
    ordinary('SuccessfulCreate', 'A Job was started.'),
    ordinary('SuccessfulDelete', 'An old Job was removed.'),
    {
      ...ordinary('SawCompletedJob', 'A Job of the CronJob has ended.'),
      cases: [
        {
          name: 'cronjob-run-failed',
          pattern: /(condition|status): Failed/,
          meaning: 'A Job of the CronJob has failed, though the event is not a Warning.',
          advice: 'Read the log of the failed Job.',
          severity: 'Warning',
          noise: 0,
        },
      ],
    },
    broken(
      'FailedCreate',
      'The CronJob cannot create its Job.',
      'Read in the message why the API server refuses it.',
      { causeCode: 'admission-denied', closedBy: ['SuccessfulCreate'], cases: CREATE_CASES, see: CRON },
    ),
    broken('FailedDelete', 'The CronJob cannot remove an old Job.', 'Check finalizers and webhooks.', {
      unseen: true,
    }),
    broken('FailedGet', 'The CronJob cannot read one of its Jobs.', 'Read the error in the message.', {
      unseen: true,
    }),
    broken(
      'MissSchedule',
      'The CronJob missed its time because startingDeadlineSeconds had passed.',
      'Raise startingDeadlineSeconds, or find out what kept the controller.',
      { severity: 'Warning', closedBy: ['SuccessfulCreate'], unseen: true, see: CRON },
    ),
    broken(
      'TooManyMissedTimes',
      'The CronJob has missed more than a hundred times.',
      'Set a smaller startingDeadlineSeconds, and check the clock.',
      { severity: 'Warning', closedBy: ['SuccessfulCreate'], unseen: true, see: CRON },
    ),
    {
      ...ordinary('JobAlreadyActive', 'The run before still goes on, so this one was left out.', 1),
      advice: 'Check whether the Job hangs; activeDeadlineSeconds ends such runs.',
    },
    ordinary('MissingJob', 'A Job of the CronJob was deleted by somebody else.'),
    suspicious('UnexpectedJob', 'Somebody else created a Job in the name of the CronJob.', 'Nothing to do.', {
      severity: 'Info',
      noise: 2,
    }),
    ...['UnparseableSchedule', 'UnParseableCronJobSchedule', 'InvalidSchedule'].map((reason) =>
      broken(reason, 'The schedule cannot be read, so the CronJob never runs.', 'Correct spec.schedule.', {
        unseen: true,
        see: CRON,
      }),
    ),
    broken(
      'UnknownTimeZone',
      'The time zone is not known, so the CronJob never runs.',
      'Correct spec.timeZone.',
      {
        unseen: true,
        see: CRON,
      },
    ),
    suspicious('UnsupportedSchedule', 'The schedule sets a time zone in the text.', 'Use spec.timeZone.', {
      unseen: true,
    }),
  ]),
]
