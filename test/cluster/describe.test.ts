import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { EventReport } from '../../src/events/report.ts'
import type { Event } from '../../src/model/kubernetes/objects.ts'
import { rfc3339 } from '../../src/model/text/time.ts'
import { readPiped } from '../helpers/piped.ts'
import { createBroken } from './harness/broken.ts'
import { freshNamespace, get, kubectl, mustKubectl } from './harness/kubectl.ts'
import { addNodes, remove, waitUntilStable } from './harness/nodes.ts'

let namespace = ''
let node = ''

beforeAll(async () => {
  namespace = await freshNamespace('pasted')
  node = `${namespace}-a`
  await addNodes([node])
  await createBroken(namespace)
  await waitUntilStable(namespace, 2)
})

afterAll(() => remove(namespace, [node]))

/** A container that has just started may fail its probes for a while: look at it later. */
const later = () => ['--now', rfc3339(Date.now() + 600_000)]

const rootsOf = (stdout: string): readonly string[] =>
  (JSON.parse(stdout) as EventReport).incidents
    .filter(({ rootCause }) => rootCause)
    .map(({ code }) => code)
    .sort()

const paste = (text: string) =>
  rootsOf(kubectl(['explain-events', '-f', '-', '-o', 'json', ...later()], { stdin: text }).stdout)

test('what the real kubectl describes has the causes of the live report', () => {
  const live = rootsOf(kubectl(['explain-events', '-n', namespace, '-o', 'json', ...later()]).stdout)
  expect(live).toEqual(['port-closed', 'unschedulable-resources'])
  const pods = mustKubectl(['describe', 'pods', '-n', namespace, '--show-events'])
  const everything = mustKubectl(['describe', 'deploy,rs,pods', '-n', namespace, '--show-events'])
  const nodes = mustKubectl(['describe', 'node', node])
  expect(paste(pods)).toEqual(live)
  expect(paste(`$ kubectl describe all\n${everything}\n$ kubectl describe node ${node}\n${nodes}`)).toEqual(
    live,
  )
})

describe('tables of the real kubectl hold every event as the server has it', () => {
  const key = ({ type, reason, involvedObject, message }: Event) =>
    [type, reason, involvedObject.kind, involvedObject.name, message].join('|')
  test.each([
    [['get', 'events']],
    [['get', 'events', '--no-headers']],
    [['get', 'events', '-o', 'wide']],
    [['get', 'events', '-o', 'wide', '--no-headers']],
    [['get', 'events', '--sort-by=.lastTimestamp']],
    [['events']],
    [['events', '--no-headers']],
  ])('kubectl %j', async (command) => {
    const text = mustKubectl([...command, '-n', namespace])
    const { objects } = await readPiped(text, {
      clock: new Date().toISOString(),
      namespace,
    })
    const stored = get<Event>('events', namespace)
    expect(objects.events.map(key).sort()).toEqual(stored.map(key).sort())
    expect(paste(`$ kubectl ${command.join(' ')} -n ${namespace}\n${text}`)).toContain(
      'unschedulable-resources',
    )
  })

  test('kubectl get events -A', async () => {
    const text = mustKubectl(['get', 'events', '-A'])
    const { objects } = await readPiped(text, {
      clock: new Date().toISOString(),
    })
    const own = objects.events.filter(({ involvedObject }) => involvedObject.namespace === namespace)
    expect(own.map(key).sort()).toEqual(get<Event>('events', namespace).map(key).sort())
  })
})

test('probe-check takes the same text', () => {
  const text = mustKubectl(['describe', 'pods', '-n', namespace, '--show-events'])
  const { stdout, code } = kubectl(['probe-check', '-f', '-', '-o', 'json', ...later()], { stdin: text })
  const { findings } = JSON.parse(stdout) as { findings: { code: string; rootCause: boolean }[] }
  expect(findings.filter(({ rootCause }) => rootCause).map((one) => one.code)).toContain('port-closed')
  expect(code).toBe(1)
})
