import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { kubeconfigPath } from './harness/control-plane.ts'
import { CONTROL_PLANE, createIn, freshNamespace, mustKubectl } from './harness/kubectl.ts'
import { addNodes, quiesce, remove } from './harness/nodes.ts'
import { deployment, on } from './harness/objects.ts'
import { eventually } from './harness/processes.ts'

let namespace = ''

beforeAll(async () => {
  namespace = await freshNamespace('watch')
  await addNodes([`${namespace}-a`])
  createIn(namespace, deployment(2, { spec: on(`${namespace}-a`) }))
  await quiesce(namespace, 2)
})

afterAll(() => remove(namespace, [`${namespace}-a`]))

/** `kubectl probe-check deploy/w --watch` through a pipe: what it has printed so far, and how it ends. */
function watch() {
  const program = join(import.meta.dirname, '..', '..', 'bin', 'kubectl-probe_check')
  const child = spawn(program, ['deploy/w', '-n', namespace, '--watch', '--watch-interval', '1s'], {
    env: { ...process.env, KUBECONFIG: kubeconfigPath(CONTROL_PLANE, 'admin'), NO_COLOR: '1' },
  })
  const seen = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      seen.text += String(chunk)
    })
  const exit = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
  return { child, seen, exit }
}

/** A change that makes new pods, which kwok makes ready or not. */
const change = (annotations: object) =>
  mustKubectl([
    ...['patch', 'deployment', 'w', '-n', namespace, '--type', 'merge', '-p'],
    JSON.stringify({ spec: { template: { metadata: { annotations } } } }),
  ])

test('a watch prints each step of a rollout, and ends when it is complete', async () => {
  const { seen, exit } = watch()
  // It has looked once when the change comes: a rollout that is complete is no news.
  await new Promise((resolve) => setTimeout(resolve, 6000))
  expect(seen.text).toBe('')
  change({ 'test/round': '2', 'test/ready': 'false' })
  await eventually('the rollout to be seen', () => (seen.text.includes('  rollout  ') ? true : undefined))
  change({ 'test/round': '3', 'test/ready': 'true' })
  expect(await exit).toBe(0)
  expect(seen.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}rollout {2}Deployment watch-\S+\/w: /m)
  expect(seen.text).toMatch(/The rollout is complete\.\n$/)
})

test('Ctrl-C ends a watch with the code of the last report', async () => {
  const { child, seen, exit } = watch()
  await new Promise((resolve) => setTimeout(resolve, 6000))
  child.kill('SIGINT')
  expect([await exit, seen.text]).toEqual([0, ''])
})
