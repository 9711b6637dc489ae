import type { Pod } from '../../model/kubernetes/objects.ts'
import { sortedBy } from '../../model/text/sort.ts'
import { millis } from '../../model/text/time.ts'
import { parseObject } from './objects.ts'
import type { ParsedSection } from './parsed-section.ts'

/** A guess at when the text was printed, in milliseconds, and the age in seconds that it was made from. */
interface PrintTime {
  readonly at: number
  readonly age: number
}

/**
 * When the text was printed, in milliseconds: by what stands in it as a time and, in an event, as an age. An age is
 * rounded down, the more so the older it is: the youngest counts. Undefined where nothing stands in it as both.
 */
export const printTimeOf = (sections: readonly ParsedSection[]): number | undefined =>
  sortedBy(sections.flatMap(printTimes), ({ at, age }) => [age, -at])[0]?.at

function printTimes({ subject, tree, events }: ParsedSection): readonly PrintTime[] {
  if (subject?.kind !== 'Pod') return []
  const { status } = parseObject(subject, tree, 0) as Pod
  const ageOf = (reason: string, container?: string) =>
    events.findLast(
      (event) =>
        event.reason === reason &&
        (container === undefined || event.fieldPath === `spec.containers{${container}}`),
    )?.lastAge
  const pairs: readonly (readonly [time: string | null | undefined, age: number | undefined])[] = [
    [status?.startTime, ageOf('Scheduled')],
    ...(status?.containerStatuses ?? []).map(
      ({ name, state, lastState }) =>
        [state?.running?.startedAt ?? lastState?.terminated?.startedAt, ageOf('Started', name)] as const,
    ),
  ]
  return pairs.flatMap(([time, age]) => {
    const at = millis(time)
    return at === undefined || age === undefined ? [] : [{ at: at + age * 1000, age }]
  })
}
