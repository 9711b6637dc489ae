import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { rfc3339 } from '../../src/model/text/time.ts'
import { createBroken, SECRET_VALUE } from './harness/broken.ts'
import { CONTROL_PLANE, create, freshNamespace, kubectl, mustKubectl } from './harness/kubectl.ts'
import { addNodes, remove, waitUntilStable } from './harness/nodes.ts'

let namespace = ''
let node = ''

beforeAll(async () => {
  namespace = await freshNamespace('recordings')
  node = `${namespace}-a`
  await addNodes([node])
  create({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
  })
  await createBroken(namespace)
  await waitUntilStable(namespace, 2)
})

afterAll(() => remove(namespace, [node]))

describe('a recording gives the report of the live run, byte for byte', () => {
  const commands = (): readonly (readonly string[])[] => [
    ['probe-check', '-n', namespace],
    ['probe-check', '-A'],
    ['probe-check', 'deploy/web', '-n', namespace],
    ['explain-events', '-n', namespace],
    ['explain-events', '-A'],
    ['drain-plan', node],
    ['drain-plan', node, '--disable-eviction'],
  ]
  test.each(['wide', 'json'])('-o %s', (format) => {
    for (const command of commands()) {
      const folder = join(CONTROL_PLANE, 'recording')
      const live = kubectl([...command, '-o', format, '--save', folder])
      const recorded = kubectl([...command.filter((word) => word !== '-A'), '-o', format, '-f', folder])
      rmSync(folder, { recursive: true })
      expect(live.stdout).not.toBe('')
      expect([command, recorded.stdout, recorded.code]).toEqual([command, live.stdout, live.code])
    }
  })

  test('and holds no value of the environment, in no form', () => {
    const folder = join(CONTROL_PLANE, 'recording')
    mustKubectl(['probe-check', '-n', namespace, '--fail-on', 'none', '--save', folder])
    const recording = readFileSync(join(folder, 'snapshot.json'), 'utf8')
    rmSync(folder, { recursive: true })
    expect(mustKubectl(['get', 'deploy', 'web', '-n', namespace, '-o', 'json'])).toContain(SECRET_VALUE)
    expect(recording).toContain('"name":"PASSWORD"')
    expect(recording).not.toContain(SECRET_VALUE)
  })
})

test('what kubectl get prints is a recording, too', () => {
  const kinds = 'pods,deploy,rs,sts,ds,jobs,cj,rc,svc,events,nodes,pvc,quota,netpol,pdb'
  const listed = mustKubectl(['get', kinds, '-n', namespace, '-o', 'json'])
  // A container that has just started may fail its probes for a while: look at it later.
  const flags = ['-n', namespace, '-o', 'json', '--now', rfc3339(Date.now() + 600_000)]
  const live = kubectl(['probe-check', ...flags])
  const piped = kubectl(['probe-check', '-f', '-', ...flags], { stdin: listed })
  // The log that tells which port is right is not in what kubectl get prints, but nothing else is missing.
  const codes = (text: string) =>
    (JSON.parse(text) as { findings: { code: string; rootCause: boolean }[] }).findings.map(
      ({ code, rootCause }) => [code, rootCause],
    )
  expect(codes(live.stdout)).toEqual(
    expect.arrayContaining([
      ['port-closed', true],
      ['unschedulable-resources', true],
    ]),
  )
  expect(codes(piped.stdout)).toEqual(codes(live.stdout))
})
