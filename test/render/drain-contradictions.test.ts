import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { eachNodePlan } from '../../src/drain/each-node.ts'
import type { PlannedPod } from '../../src/drain/types/node.ts'
import type { DrainPlan } from '../../src/drain/types/plan.ts'
import { drainMarkdown } from '../../src/render/drain/markdown.ts'
import { drainPlanText } from '../../src/render/drain/plan.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import {
  apart,
  budget,
  clusterOfParts,
  deployment,
  job,
  NO_FLAGS,
  node,
  pinnedTo,
  planFor,
  pod,
  statefulSet,
} from '../helpers/drain-builders.ts'

const NODES = ['a', 'b', 'c']
const APPS = ['x', 'y', 'z']

const operated = (app: string, on: readonly string[]) =>
  on.map((where, index) =>
    pod(`${app}-${index}`, {
      on: where,
      labels: { app },
      owner: { apiVersion: 'example.com/v1', kind: 'Cache', name: app },
    }),
  )

const workload = (app: string) =>
  fc
    .record({
      on: fc.array(fc.constantFrom(...NODES), { minLength: 1, maxLength: 3 }),
      kind: fc.constantFrom('Deployment', 'Deployment', 'StatefulSet', 'Job', 'Cache'),
      unready: fc.constantFrom(0, 0, 1),
      spec: fc.constantFrom({}, {}, apart(app), pinnedTo('a'), { schedulerName: 'other' }),
    })
    .map(({ kind, ...fields }) => {
      if (kind === 'Cache') return operated(app, fields.on)
      if (kind === 'Job') return job(app, fields)
      return (kind === 'StatefulSet' ? statefulSet : deployment)(app, fields)
    })

const budgetFor = (name: string) =>
  fc
    .record({
      app: fc.constantFrom(...APPS),
      spec: fc.constantFrom({ maxUnavailable: 0 }, { maxUnavailable: 1 }, { minAvailable: '60%' }, {}),
      // As a cluster has them where nobody looked: current, never observed, and wrong.
      status: fc.constantFrom(
        undefined,
        undefined,
        { observedGeneration: 0 },
        { observedGeneration: 1, currentHealthy: 0, desiredHealthy: 1, expectedPods: 1 },
      ),
    })
    .map(({ app, spec, status }) => budget(name, spec, { app, ...(status === undefined ? {} : { status }) }))

const service = (app: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: app, namespace: 'ns' },
  spec: { selector: { app } },
})

const cluster = fc
  .tuple(
    ...APPS.map(workload),
    fc.array(budgetFor('p'), { maxLength: 1 }),
    fc.array(budgetFor('q'), { maxLength: 1 }),
  )
  .map((parts) => [...NODES.map((name) => node(name)), ...parts.flat(), ...APPS.map(service)])

const options = fc.constantFrom({}, {}, { timeoutSeconds: 5 }, { disableEviction: true }, { force: true })
const nodesAsked = fc.constantFrom(['a'], ['b', 'a'], NODES)

const text = (plan: DrainPlan) =>
  drainPlanText(plan, { style: PLAIN, wide: true, noHeaders: false }).replace(/\s+/g, ' ')
const FLAGS = { drain: [], cluster: [] }

const goes = ({ action, outcome }: PlannedPod) => action !== 'Skip' && outcome !== 'Remains'

/** What a plan and its texts say of the same thing. */
function contradictionsIn(plan: DrainPlan): readonly string[] {
  const found: string[] = []
  const texts = [text(plan), drainMarkdown(plan, FLAGS)]
  for (const { name, node: on, readyBefore, readyLowest } of plan.services ?? []) {
    const pods = plan.nodes.find((one) => one.name === on)?.pods ?? []
    if (plan.scope === 'OneCommand' && readyLowest < readyBefore && !pods.some(goes))
      found.push(`no pod of ${on} goes, and Service ${name} loses a backend`)
  }
  const promised = texts.some((one) => one.includes('every replacement finds a place'))
  const draining = plan.nodes.filter(({ verdict }) => verdict === 'Drains')
  if (promised && draining.length === 0) found.push('every replacement finds a place, and no node drains')
  if (
    promised &&
    draining.every(({ pods }) => pods.some(({ replacement }) => replacement?.fate === 'Either'))
  )
    found.push('every replacement finds a place, and of some that is not known')
  for (const { name, verdict, pods } of plan.nodes) {
    if (verdict === 'Drains' && pods.some(({ replacement }) => replacement?.fate === 'Pending'))
      found.push(`${name} drains without a loss, and a replacement stays Pending`)
    if ((verdict === 'Drains' || verdict === 'DrainsDegraded') && pods.some(stays))
      found.push(`${name} drains, and a pod stays`)
  }
  const outages = plan.outages.length > 0
  for (const one of texts)
    if (one.includes('Outage:') !== outages)
      found.push(`an outage is told: ${!outages}, there is one: ${outages}`)
  for (const { command, patch } of plan.fixes)
    if (command === undefined && patch !== undefined) found.push('a change without its command')
  if (plan.nodes.every(({ verdict }) => verdict === 'Drains') && plan.fixes.length > 0)
    found.push('nothing is in the way, and a change is offered')
  return found
}

const stays = ({ action, outcome }: PlannedPod) => action !== 'Skip' && outcome === 'Remains'

describe('no line of a plan contradicts another', () => {
  test('of one command', () => {
    fc.assert(
      fc.property(cluster, nodesAsked, options, (objects, nodes, flags) => {
        expect(contradictionsIn(planFor(objects, nodes, flags))).toEqual([])
      }),
      { numRuns: 120 },
    )
  })

  test('of every node alone', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        expect(contradictionsIn(eachNodePlan(clusterOfParts(objects), NODES, NO_FLAGS))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
