import { casesWith } from './case.ts'

/** How a Job of a CronJob ended. */
export const COMPLETED_JOB_CASES = casesWith({}, [
  {
    id: 'cronjob-run-failed',
    pattern: /(condition|status): Failed/,
    meaning: 'A Job of the CronJob has failed, though the event is not a Warning',
    advice: 'Read the log of the failed Job',
    severity: 'Warning',
    attention: 'AtOnce',
  },
])
