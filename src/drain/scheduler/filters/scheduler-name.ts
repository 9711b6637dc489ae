import type { Filter } from '../filter.ts'

/** No plugin: a pod that names another scheduler never comes to the default one. */
export const schedulerName: Filter<never> = {
  name: 'SchedulerName',
  reads: ['spec.schedulerName'],
  scope: 'Node',
  words: {},
  filter: (_state, { spec }) => {
    const { schedulerName: name } = spec
    return name === undefined || name === '' || name === 'default-scheduler'
      ? undefined
      : { uncertain: `the scheduler "${name}" decides, not the default one` }
  },
}
