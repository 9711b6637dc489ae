import { expect } from '@jest/globals'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { explainEvents } from '../../src/events/explain.ts'
import type { KubeObject, Pod } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import { ago, clusterOf, container, containerStatus, EVERYTHING, override } from './builders.ts'
import { unready } from './probes.ts'

/** `code/probe @ container Confidence Effect` of every loud finding; those that are no root stand in brackets. */
export const told = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ severity }) => severity !== 'Info')
    .map(({ code, rootCause, confidence, effect, subject: { kind, name, container: one, probe } }) => {
      const place = one === undefined ? `${kind} ${name}` : one
      const text = `${code}${probe === undefined ? '' : `/${probe}`} @ ${place} ${confidence} ${effect}`
      return rootCause ? text : `(${text})`
    })
    .sort()

/** What both commands say of these objects: the roots of explain-events must be those of probe-check. */
export function findings(items: readonly KubeObject[], gaps: readonly Gap[] = []): readonly Finding[] {
  const cluster = clusterOf(items, { gaps })
  const found = diagnose(cluster, cluster.workloads())
  const incidents = explainEvents(cluster, { ...EVERYTHING, all: false }).incidents
  // Whatever the one command says, the other does, too.
  expect(told(incidents.filter(({ rootCause }) => rootCause))).toEqual(
    told(found.filter(({ rootCause }) => rootCause)),
  )
  return found
}

/** A pod of these containers with these states; the event of one is {@link about} it. */
export const several = (containers: readonly (readonly [object, object])[], more: object = {}): Pod =>
  override(
    override(unready({}), {
      spec: { containers: containers.map(([fields]) => container(fields as never)) },
      status: {
        containerStatuses: containers.map(([fields, status]) =>
          containerStatus({ name: (fields as { name: string }).name, ...status }),
        ),
      },
    }),
    more,
  )

export const about = (name: string, one: KubeObject, list = 'containers'): KubeObject =>
  override(one, {
    metadata: { name: `${one.metadata.name}.${name}` },
    involvedObject: { fieldPath: `spec.${list}{${name}}` },
  })

export const CRASHED = {
  ready: false,
  started: false,
  restartCount: 4,
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 1m20s restarting failed container' } },
  lastState: {
    terminated: { exitCode: 1, reason: 'Error', startedAt: ago(30), finishedAt: ago(20) },
  },
}
