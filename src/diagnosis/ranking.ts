import { CONFIDENCES, type Effect, SEVERITIES } from '../model/report/finding.ts'
import { sortedBy } from '../model/text/sort.ts'
import { type Cause, LAYERS } from './cause.ts'
import { podCauses } from './causes/rules.ts'
import type { PodInfo } from './pod-info.ts'

/** Worst first. */
export const EFFECTS: readonly Effect[] = ['NotStarted', 'Restarting', 'Unready', 'Inert', 'None']

/** A cause with its place in the chain: root, or what the root explains. */
export interface RankedCause extends Cause {
  readonly rootCause: boolean
  readonly pod?: string
}

/**
 * The causes of one pod with roots told from effects. Whatever keeps the whole pod from running is the only root;
 * else each container has its own.
 */
export function rankedCauses(podInfo: PodInfo): readonly RankedCause[] {
  const pod = podInfo.pod.metadata.name
  const causes = sortedBy(
    podCauses(podInfo),
    ({ layer, effect, severity, confidence, container, probe, code }) => [
      // What is only worth knowing explains nothing, wherever it stands.
      severity === 'Info' ? 1 : 0,
      LAYERS.indexOf(layer),
      EFFECTS.indexOf(effect),
      -SEVERITIES.indexOf(severity),
      -CONFIDENCES.indexOf(confidence),
      container ?? '',
      probe ?? '',
      code,
    ],
  )
  const whole = causes.filter(({ container, layer }) => container === undefined && layer !== 'gate')
  const blocker = whole.find(({ effect }) => effect !== 'None') ?? whole[0]
  if (blocker !== undefined && blocker.effect !== 'None') return [{ ...blocker, rootCause: true, pod }]
  const init = causes.find(({ container }) =>
    podInfo.containers.some(({ name, type }) => name === container && type === 'init'),
  )
  if (init !== undefined) return [{ ...init, rootCause: true, pod }]
  const containers = Map.groupBy(
    causes.filter(({ container }) => container !== undefined),
    ({ container }) => container ?? '',
  )
  const own = [...containers.values()].flatMap((group) => rankedContainer(podInfo, group))
  const gates = causes.filter(({ layer }) => layer === 'gate')
  return [
    ...(blocker === undefined ? [] : [{ ...blocker, rootCause: blocker.severity !== 'Info' }]),
    ...own,
    ...gates.map((cause) => ({ ...cause, rootCause: own.length === 0 })),
  ].map((cause) => ({ ...cause, pod }))
}

function rankedContainer(podInfo: PodInfo, [root, ...rest]: readonly Cause[]): readonly RankedCause[] {
  if (root === undefined) return []
  const container = podInfo.containers.find(({ name }) => name === root.container)
  const handler = (type: Cause['probe']) =>
    JSON.stringify(container?.probes.find((probe) => probe.type === type)?.handler)
  const same = rest.filter(({ code, probe }) => code === root.code && handler(probe) === handler(root.probe))
  const also = same.flatMap(({ probe }) =>
    probe === undefined ? [] : [`The ${probe} probe fails for the same reason.`],
  )
  return [
    { ...root, rootCause: root.severity !== 'Info', explanation: [root.explanation, ...also].join(' ') },
    ...rest
      .filter((cause) => !same.includes(cause) && !(cause.symptom === true && explains(root, cause)))
      .map((cause) => ({
        ...cause,
        rootCause: false,
        // What is over by now does not make less of what goes on.
        ...(root.layer === cause.layer || root.severity !== 'Error'
          ? {}
          : { severity: cause.severity === 'Error' ? ('Warning' as const) : cause.severity }),
        explanation:
          cause.severity === 'Info'
            ? cause.explanation
            : `${cause.explanation} First mend ${root.code}, then see whether this is left.`,
      })),
  ]
}

/** A process that is not there, or not for long, fails every probe. */
const explains = (root: Cause, { layer }: Cause): boolean =>
  root.layer !== layer || root.effect === 'Restarting' || root.effect === 'NotStarted'
