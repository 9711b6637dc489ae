import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createIn, freshNamespace, kubectl, kubectlCommand, mustKubectl } from './harness/kubectl.ts'
import { addNodes } from './harness/nodes.ts'
import { eventually } from './harness/processes.ts'

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

/** A plugin that watches, with what it has printed so far and the exit code once it has ended. */
function watching(...args: string[]) {
  const { program, options } = kubectlCommand()
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  running.push(child)
  const seen = { text: '', code: undefined as number | undefined }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      seen.text += text
    })
  child.on('close', (code) => {
    seen.code = code ?? -1
  })
  const wait = async <T>(what: string, found: () => T | undefined): Promise<T> => {
    try {
      return await eventually(what, found, 60)
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${args.join(' ')} printed:\n${seen.text}`)
    }
  }
  const says = (pattern: RegExp) => wait(`${pattern}`, () => (pattern.test(seen.text) ? true : undefined))
  const ends = () => wait('the end', () => seen.code)
  return { says, ends, child, text: () => seen.text }
}

const nodeName = `watched-${process.pid}`
const deployment = (ready: 'true' | 'false') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' }, annotations: { 'test/ready': ready } },
      spec: {
        nodeSelector: { 'kubernetes.io/hostname': nodeName },
        containers: [
          {
            name: 'app',
            image: 'example.test/web:1',
            readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
          },
        ],
      },
    },
  },
})

describe('--watch', () => {
  test('follows a rollout to its end, and a drain until the node is empty', async () => {
    await addNodes([nodeName])
    const namespace = await freshNamespace('watch')
    createIn(namespace, deployment('false'))
    const rollout = watching('probe-check', 'deploy/web', '-n', namespace, '--watch', '--watch-interval=1s')
    await rollout.says(/^\S+Z {2}rollout {2}Deployment \S+\/web: /m)
    const template = JSON.stringify({ spec: deployment('true').spec })
    mustKubectl(['patch', 'deployment', 'web', '-n', namespace, '-p', template])
    expect(await rollout.ends()).toBe(0)
    expect(rollout.text()).toMatch(/The rollout is complete\.\n$/)

    const drain = watching('drain-plan', nodeName, '--watch', '--watch-interval=1s')
    await drain.says(/the drain has not started; 0 of 2 pods gone/)
    mustKubectl(['drain', nodeName, '--timeout=60s'])
    expect(await drain.ends()).toBe(0)
    expect(drain.text()).toContain(`${nodeName}: drained; 2 of 2 pods gone`)
    expect(drain.text()).not.toContain('not as planned')
    mustKubectl(['delete', 'namespace', namespace, '--wait=false'])
    mustKubectl(['delete', 'node', nodeName])
  })

  test('tells of an incident that opens and closes, and ends with Ctrl-C', async () => {
    const namespace = await freshNamespace('watch-events')
    const events = watching('explain-events', '-n', namespace, '--watch', '--watch-interval=1s')
    const spec = {
      nodeSelector: { 'no-such': 'label' },
      containers: [{ name: 'app', image: 'example.test/web:1' }],
    }
    createIn(namespace, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'nowhere' }, spec })
    await events.says(/Z {2}opened {3}Error: Pod \S+\/nowhere \(unschedulable/)
    mustKubectl(['delete', 'pod', 'nowhere', '-n', namespace])
    await events.says(/Z {2}closed {3}\w+: Pod \S+\/nowhere /)
    events.child.kill('SIGINT')
    expect([0, 1]).toContain(await events.ends())
    mustKubectl(['delete', 'namespace', namespace, '--wait=false'])
  })

  test('is refused where there is nothing to watch', () => {
    expect(kubectl(['probe-check', '-f', 'examples/shop', '--watch']).stderr).toContain(
      '--watch looks at a cluster again and again, and cannot be used with -f',
    )
  })
})
