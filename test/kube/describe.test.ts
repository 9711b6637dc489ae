import { describe, expect, test } from '@jest/globals'
import { UserError } from '../../src/model/errors.ts'
import type { Pod } from '../../src/model/kubernetes/objects.ts'
import { incidentsIn, readPiped, rootsOf } from '../helpers/piped.ts'
import { describedFailure } from '../helpers/recordings.ts'

const PLAIN = describedFailure('wrong-port')
const CAUSE = ['port-closed Pod wrong-port/web']

/** Breaks lines as a terminal of this width does. */
const wrapped = (text: string, width: number) =>
  text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''])
    .join('\n')
const eachLine = (change: (line: string) => string) => PLAIN.split('\n').map(change).join('\n')

describe('a describe as people paste it', () => {
  test.each([
    ['as it is', PLAIN],
    ['with a prompt', `$ kubectl describe pod web -n wrong-port\n${PLAIN}\n$ `],
    ['with a long prompt', `root@host:~# kubectl -n wrong-port describe po/web\n${PLAIN}`],
    ['indented', eachLine((line) => `    ${line}`)],
    ['quoted', eachLine((line) => `> ${line}`)],
    ['quoted twice', eachLine((line) => `> > ${line}`)],
    ['fenced, with words around it', `Hi,\n\nour pod:\n\n\`\`\`text\n${PLAIN}\`\`\`\n\nAny idea?\n`],
    ['from Windows', PLAIN.replaceAll('\n', '\r\n')],
    ['with tabs between columns', PLAIN.replace(/(\S) {2,}/g, '$1\t')],
    ['from a terminal of 100 columns', wrapped(PLAIN, 100)],
    ['from a terminal of 132 columns', wrapped(PLAIN, 132)],
    ['coloured', eachLine((line) => `\u001b[33m${line}\u001b[0m`)],
    ['twice', `${PLAIN}\n\n${PLAIN}`],
  ])('%s', async (_, text) => {
    const snapshot = await readPiped(text)
    expect(rootsOf(snapshot)).toEqual(CAUSE)
    const [pod] = snapshot.objects.pods
    expect(pod?.spec?.containers[0]?.livenessProbe).toEqual({
      httpGet: { path: '/healthz', port: 8081, scheme: 'HTTP' },
      initialDelaySeconds: 0,
      timeoutSeconds: 1,
      periodSeconds: 5,
      successThreshold: 1,
      failureThreshold: 3,
    })
  })

  test('several, one after the other, keep their events apart', async () => {
    const text = ['wrong-port', 'image-missing', 'oom'].map(describedFailure).join('\n\n')
    const roots = await readPiped(text).then(rootsOf)
    expect([...roots].sort()).toEqual(
      ['image-pull', 'oom-killed', 'port-closed'].map((code) => expect.stringMatching(`^${code} `)),
    )
  })

  test('its Events alone, with the pod that only they name', async () => {
    const events = PLAIN.slice(PLAIN.indexOf('Events:'))
    const snapshot = await readPiped(events)
    expect(incidentsIn(snapshot)[0]).toMatchObject({
      code: 'liveness-probe-failed',
      subject: { kind: 'Pod', namespace: 'wrong-port', name: 'web', container: 'app' },
    })
    expect(snapshot.objects.events.find(({ reason }) => reason === 'Unhealthy')).toMatchObject({ count: 12 })
  })
})

describe('the Events of a describe, without the rest', () => {
  const HEAD = `Events:
  Type     Reason  Age  From  Message
  ----     ------  ---- ----  -------
`

  test('a source far from a short age is no part of the message', async () => {
    const text = `${HEAD}  Normal   Scheduled               7d18h               default-scheduler  Successfully assigned shop/web-0 to n1
  Warning  FailedCreatePodSandBox  101s                kubelet            Failed to create pod sandbox: no space
  Normal   SandboxChanged          11s (x8 over 100s)  kubelet            Pod sandbox changed, it will be killed and re-created.
`
    const snapshot = await readPiped(text)
    expect(snapshot.objects.events.map(({ message, source }) => [message, source?.component])).toEqual([
      ['Successfully assigned shop/web-0 to n1', 'default-scheduler'],
      ['Failed to create pod sandbox: no space', 'kubelet'],
      ['Pod sandbox changed, it will be killed and re-created.', 'kubelet'],
    ])
    const [first, second] = incidentsIn(snapshot)
    expect([first?.code, second?.code, second?.causedBy]).toEqual(['sandbox-failed', 'sandbox-changed', 0])
  })

  test('a kubelet that names its node tells of a pod, and no command is made for a pod without a name', async () => {
    const text = `${HEAD}  Warning  Unhealthy  86s (x25710 over 2d23h)  kubelet, n1.example  Readiness probe failed: HTTP probe failed with statuscode: 503
`
    const [incident] = await readPiped(text).then(incidentsIn)
    expect(incident).toMatchObject({ code: 'http-server-error', subject: { kind: 'Pod' } })
    expect(incident?.fixes.flatMap(({ command }) => command ?? [])).toEqual([])
  })

  test('what the kubelet says of its node is about a node', async () => {
    const text = `${HEAD}  Warning  ContainerGCFailed  86s  kubelet  rpc error: code = Unavailable desc = connection refused
`
    const { objects } = await readPiped(text)
    expect(objects.events.map(({ involvedObject }) => involvedObject.kind)).toEqual(['Node'])
  })

  test('a kill belongs to the probe that failed, though only the kill names the container', async () => {
    const text = `  Warning  Unhealthy  1s (x4 over 91s)  kubelet  Liveness probe failed: cat: /tmp/alive: No such file or directory
  Normal   Killing    1s                kubelet  Container web failed liveness probe, will be restarted
`
    const incidents = await readPiped(text).then(incidentsIn)
    expect(incidents.map(({ code, causedBy }) => [code, causedBy])).toEqual([
      ['liveness-probe-failed', null],
      ['liveness-probe-killed', 0],
    ])
  })

  test('of two texts about one volume, the one that says why counts', async () => {
    const text = `  Normal   Scheduled    4m44s                default-scheduler  Successfully assigned shop/web-0 to n1
  Warning  FailedMount  102s                 kubelet            MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32
Mounting command: mount
Output: mount.nfs: Connection timed out
  Warning  FailedMount  27s (x2 over 2m41s)  kubelet            Unable to attach or mount volumes: unmounted volumes=[nfs], unattached volumes=[nfs]: timed out waiting for the condition
`
    const [incident, ...others] = await readPiped(text).then(incidentsIn)
    expect(others).toEqual([])
    expect(incident).toMatchObject({ code: 'mount-failed', summary: 'the mount itself fails on the node' })
  })
})

test('a describe of several pods without their events says how to get them', async () => {
  const { notes } = await readPiped(describedFailure('job-backoff'))
  expect(notes?.join(' ')).toContain('--show-events')
  expect((await readPiped(PLAIN)).notes?.join(' ')).not.toContain('--show-events')
})

describe('what a describe tells', () => {
  test('of a pod: state, last state, restarts, conditions, owner, and nothing of its environment', async () => {
    const text = PLAIN.replace('Environment:    <none>', 'Environment:\n      PASSWORD:  hunter2').replace(
      'Containers:',
      'Controlled By:  ReplicaSet/web-7d9\nContainers:',
    )
    const { objects } = await readPiped(text)
    const [pod] = objects.pods as [Pod]
    expect(pod.metadata.ownerReferences).toEqual([
      expect.objectContaining({ kind: 'ReplicaSet', name: 'web-7d9' }),
    ])
    expect(pod.spec?.nodeName).toBe('node-1')
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      ready: false,
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: '2026-11-21T02:31:01Z' } },
    })
    expect(pod.status?.conditions).toContainEqual({ type: 'Ready', status: 'False' })
    expect(JSON.stringify(objects)).not.toContain('hunter2')
  })

  test('the time: what stands in it as a time and as an age', async () => {
    const { now, objects } = await readPiped(PLAIN)
    // Scheduled 79 s ago, and started at 02:30:00; kubectl rounds ages down.
    expect(Math.abs(Date.parse(now) - Date.parse('2026-11-21T02:31:24Z'))).toBeLessThan(6000)
    const { firstTimestamp, lastTimestamp } =
      objects.events.find(({ reason }) => reason === 'Unhealthy') ?? {}
    expect(Date.parse(now) - Date.parse(`${lastTimestamp}`)).toBe(19_000)
    expect(Date.parse(now) - Date.parse(`${firstTimestamp}`)).toBe(74_000)
    expect((await readPiped(PLAIN, { now: '2026-11-21T02:40:00Z' })).now).toBe('2026-11-21T02:40:00Z')
  })

  test('what is not in it is a gap', async () => {
    const { gaps, notes } = await readPiped(PLAIN)
    expect(gaps.map(({ resource }) => resource)).toEqual(
      expect.arrayContaining(['pods', 'deployments', 'nodes']),
    )
    expect(gaps.map(({ resource }) => resource)).not.toContain('events')
    expect(notes?.[0]).toContain('printed for people')
  })

  test.each([
    [
      'tcp-socket :5432 delay=5s timeout=1s period=10s #success=1 #failure=3',
      { tcpSocket: { port: 5432 }, initialDelaySeconds: 5 },
    ],
    [
      'exec [cat /tmp/healthy] delay=0s timeout=1s period=10s #success=1 #failure=3',
      { exec: { command: ['cat', '/tmp/healthy'] } },
    ],
    [
      'exec [/bin/sh -ec cat /tmp/ok | grep -q yes] delay=0s timeout=1s period=10s #success=1 #failure=3',
      { exec: { command: ['/bin/sh', '-ec', 'cat /tmp/ok | grep -q yes'] } },
    ],
    [
      'grpc <pod>:9000 liveness delay=0s timeout=1s period=10s #success=1 #failure=3',
      { grpc: { port: 9000, service: 'liveness' } },
    ],
    [
      'http-get https://[::1]:web/a%3Fb=1 delay=0s timeout=2s period=10s #success=1 #failure=3',
      { httpGet: { scheme: 'HTTPS', host: '::1', port: 'web', path: '/a?b=1' }, timeoutSeconds: 2 },
    ],
  ])('%s', async (words, expected) => {
    const text = PLAIN.replace(/(Liveness: +).*/, `$1${words}`)
    const [pod] = (await readPiped(text)).objects.pods
    expect(pod?.spec?.containers[0]?.livenessProbe).toMatchObject(expected)
  })
})

const TABLE = `LAST SEEN   TYPE      REASON             OBJECT             MESSAGE
2m10s       Warning   FailedScheduling   pod/big-5d4-x7x2k  0/3 nodes are available: 3 Insufficient cpu.
5m          Normal    Killing            pod/web-1          Stopping container app
<unknown>   Normal    Pulled             pod/web-1          Container image "a:1" already present on machine
`
const rowsOf = (table: string) => table.split('\n').slice(1).join('\n')

describe('a table of events', () => {
  const told = async (text: string) =>
    (await readPiped(text)).objects.events.map((event) => [
      event.reason,
      event.involvedObject.kind,
      event.involvedObject.namespace,
      event.involvedObject.name,
      event.message,
    ])
  const EXPECTED = [
    'FailedScheduling',
    'Pod',
    'shop',
    'big-5d4-x7x2k',
    '0/3 nodes are available: 3 Insufficient cpu.',
  ]

  test.each([
    ['kubectl get events', `$ kubectl get events -n shop\n${TABLE}`],
    ['without headers', `$ kubectl -n shop get events --no-headers\n${rowsOf(TABLE)}`],
    [
      'of all namespaces',
      TABLE.split('\n')
        .map((line, index) => (line === '' ? '' : `${index === 0 ? 'NAMESPACE' : 'shop     '}   ${line}`))
        .join('\n'),
    ],
    [
      'wide',
      `kubectl get ev -n shop -o wide
LAST SEEN   TYPE      REASON             OBJECT              SUBOBJECT   SOURCE                       MESSAGE                                        FIRST SEEN   COUNT   NAME
2m10s       Warning   FailedScheduling   pod/big-5d4-x7x2k               default-scheduler, default-scheduler-n1   0/3 nodes are available: 3 Insufficient cpu.   3m10s        4       big-5d4-x7x2k.18a0a0a0a0a0a0a0
`,
    ],
    [
      'kubectl events',
      `$ kubectl events --namespace=shop
LAST SEEN               TYPE      REASON             OBJECT              MESSAGE
2m10s (x4 over 3m10s)   Warning   FailedScheduling   Pod/big-5d4-x7x2k   0/3 nodes are available: 3 Insufficient cpu.
`,
    ],
    ['squeezed by a ticket system', `$ kubectl get events -n shop\n${TABLE.replace(/ {2,}/g, ' ')}`],
    [
      'cut by a mail program',
      `$ kubectl get events -n shop\n${TABLE.replace('available: ', 'available:\n')}`,
    ],
  ])('%s', async (_, text) => {
    expect((await told(text))[0]).toEqual(EXPECTED)
  })

  test('counts and first times where the columns have them', async () => {
    const text = `$ kubectl events -n shop
LAST SEEN           TYPE     REASON      OBJECT    MESSAGE
5s (x4 over 2m)     Warning  Unhealthy   Pod/a     Readiness probe failed: HTTP probe failed with statuscode: 503
`
    const snapshot = await readPiped(text, { now: '2026-11-21T12:00:00Z' })
    expect(snapshot.objects.events[0]).toMatchObject({
      count: 4,
      firstTimestamp: '2026-11-21T11:58:00Z',
      lastTimestamp: '2026-11-21T11:59:55Z',
    })
  })

  test('without counts, the report says that there may be more', async () => {
    const text = `LAST SEEN   TYPE      REASON      OBJECT      MESSAGE
4s          Warning   Unhealthy   pod/web-1   Liveness probe failed: HTTP probe failed with statuscode: 500
`
    const snapshot = await readPiped(text)
    expect(snapshot.notes?.join(' ')).toMatch(/no counts.*|names no namespace/)
    expect(incidentsIn(snapshot)[0]).toMatchObject({
      severity: 'Warning',
      events: [{ reason: 'Unhealthy', count: 1, countIsLowerBound: true }],
    })
  })

  test('an event that a describe tells of as well counts once', async () => {
    const text = `${PLAIN}
$ kubectl get events -n wrong-port
LAST SEEN   TYPE      REASON      OBJECT    MESSAGE
19s         Warning   Unhealthy   pod/web   Liveness probe failed: Get "http://10.88.0.25:8081/healthz": dial tcp 10.88.0.25:8081: connect: connection refused
`
    const { objects } = await readPiped(text)
    expect(objects.events.filter(({ reason }) => reason === 'Unhealthy')).toHaveLength(1)
  })
})

test.each([
  ['words', 'it does not work\nplease help\n'],
  ['a log', '2026-11-21 10:00:00 Name: x\nError: listen tcp :8080\n'],
  ['kubectl get pods', 'NAME    READY   STATUS    RESTARTS   AGE\nweb-1   0/1     Running   3          5m\n'],
])('%s: neither objects nor what kubectl prints of them', async (_, text) => {
  await expect(readPiped(text)).rejects.toThrow(UserError)
})

test('a manifest that only looks like it stays a manifest', async () => {
  const { objects } = await readPiped(
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n    note: |\n      Name: b\n      Namespace: c\n',
  )
  expect(objects.pods.map(({ metadata }) => metadata.name)).toEqual(['a'])
})
