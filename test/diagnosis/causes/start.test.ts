import { describe, expect, test } from '@jest/globals'
import { ago, container, containerStatus, deployment, event, ownedBy, pod } from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { httpProbe, podWith, unhealthy } from '../../helpers/probes.ts'

describe('a container that does not start', () => {
  const waiting = (reason: string, message: string, fields = {}) =>
    podWith(
      fields,
      { ready: false, started: false, state: { waiting: { reason, message } } },
      { status: { phase: 'Pending' } },
    )

  test.each([
    ['ImagePullBackOff', 'Back-off pulling image: not found', 'image-pull'],
    ['ErrImagePull', 'unauthorized', 'image-pull'],
    ['InvalidImageName', 'couldn\'t parse image name "X"', 'image-name'],
    ['ErrImageNeverPull', 'Container image is not present with pull policy of Never', 'image-never'],
    ['CreateContainerConfigError', 'secret "db" not found', 'config-missing'],
    ['CreateContainerConfigError', "couldn't find key password in Secret shop/db", 'config-missing'],
    ['CreateContainerConfigError', 'container has runAsNonRoot and image will run as root', 'run-as-root'],
    ['CreateContainerError', 'failed to reserve container name', 'container-create-failed'],
    ['RunContainerError', 'exec: "/x": permission denied', 'container-command-missing'],
  ])('%s: %s', (reason, message, code) => {
    expect(found([waiting(reason, message)]).map((finding) => [finding.code, finding.effect])).toEqual([
      [code, 'NotStarted'],
    ])
  })

  test.each([
    ['429 Too Many Requests: toomanyrequests', 'the registry limits'],
    ['dial tcp: lookup registry.example: no such host', 'the node cannot reach the registry'],
    ['pull access denied, insufficient_scope: authorization failed', 'the registry refuses access'],
    ['registry.example/app:1: not found', 'the registry does not have this image or tag'],
    ['x509: certificate signed by unknown authority', 'does not trust the certificate'],
    ['no match for platform in manifest: not found', 'the processor of the node'],
  ])('a pull that fails with %s', (message, why) => {
    expect(found([waiting('ImagePullBackOff', message)])[0]?.summary).toContain(why)
  })

  test('the names in a missing key are named', () => {
    const [finding] = found([
      waiting('CreateContainerConfigError', "couldn't find key password in Secret shop/db"),
    ])
    expect(finding?.summary).toContain('Secret "db" has no key password')
  })

  test('being created for a few seconds is nothing', () => {
    expect(
      found(
        [waiting('ContainerCreating', '')].map(
          (one) => ({ ...one, status: { ...one.status, startTime: ago(10) } }) as typeof one,
        ),
      ),
    ).toEqual([])
  })

  test('being created for ten minutes, and no event, is not explained', () => {
    expect(roots(found([waiting('ContainerCreating', '')]))).toEqual([
      'Error not-started-unexplained Possible',
    ])
  })

  test.each([
    ['FailedMount', 'MountVolume.SetUp failed for volume "s" : secret "tls" not found', 'mount-missing'],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "s" : rpc error: code = DeadlineExceeded',
      'mount-failed',
    ],
    [
      'FailedAttachVolume',
      'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node',
      'mount-failed',
    ],
    [
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: plugin type="calico" failed (add): no IP',
      'sandbox-failed',
    ],
    ['NetworkNotReady', 'network is not ready: cni plugin not initialized', 'sandbox-failed'],
  ])('%s: %s', (reason, message, code) => {
    const about = event(reason, message, { involvedObject: { fieldPath: undefined } })
    expect(roots(found([waiting('ContainerCreating', ''), about]))).toEqual([`Error ${code} Certain`])
  })

  test.each([
    [1, 'Error not-started-unexplained Possible'],
    [3, 'Error not-started-unexplained Possible'],
    [4, 'Error mount-failed Certain'],
  ])('the API server does not yet know that the pod is on its node, %i times', (count, expected) => {
    const message =
      'MountVolume.SetUp failed for volume "kube-api-access-4krmw" : failed to fetch token: serviceaccounts "default" is ' +
      'forbidden: User "system:node:node-1" cannot create resource "serviceaccounts/token" in API group "" in the ' +
      `namespace "shop": no relationship found between node 'node-1' and this object`
    const about = event('FailedMount', message, { count, involvedObject: { fieldPath: undefined } })
    expect(roots(found([waiting('ContainerCreating', ''), about]))).toEqual([expected])
  })

  test('a mount that failed before the container started is history', () => {
    const about = event('FailedMount', 'MountVolume.SetUp failed for volume "s" : secret "tls" not found')
    expect(found([pod(), about])).toEqual([])
  })
})

describe('init containers', () => {
  const withInit = (status: object, fields = {}) =>
    pod({
      spec: { initContainers: [container({ name: 'migrate', ...fields })] },
      status: {
        phase: 'Pending',
        initContainerStatuses: [
          containerStatus({ name: 'migrate', ready: false, started: false, ...status }),
        ],
        containerStatuses: [
          containerStatus({
            ready: false,
            started: false,
            state: { waiting: { reason: 'PodInitializing' } },
          }),
        ],
      },
    })
  const failed = {
    restartCount: 2,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 2, finishedAt: ago(9), startedAt: ago(10) } },
  }

  test('one that fails keeps the pod from starting', () => {
    const findings = found([withInit(failed)])
    expect(findings.map(({ code, subject, effect }) => [code, subject.container, effect])).toEqual([
      ['init-failed', 'migrate', 'NotStarted'],
    ])
    expect(findings[0]?.evidence[0]?.path).toBe('status.initContainerStatuses[0].lastState.terminated')
  })

  test('one that failed a moment ago and runs again may fail again', () => {
    const again = (seconds: number, exitCode = 2, finished = 30) =>
      withInit({
        restartCount: 2,
        state: { running: { startedAt: ago(seconds) } },
        lastState: { terminated: { exitCode, finishedAt: ago(finished), startedAt: ago(finished + 1) } },
      })
    expect(roots(found([again(4)]))).toEqual(['Error init-failed Certain'])
    expect(roots(found([again(25)]))).toEqual(['Warning init-failed Certain'])
    expect(found([again(4, 0)])).toEqual([])
    expect(found([again(60, 2, 400)])).toEqual([])
  })

  test('one that goes on and on', () => {
    const running = (seconds: number) => withInit({ state: { running: { startedAt: ago(seconds) } } })
    expect(roots(found([running(1200)]))).toEqual(['Error init-running Likely'])
    expect(roots(found([running(400)]))).toEqual(['Warning init-running Possible'])
    expect(found([running(60)])).toEqual([])
  })

  test('its image comes before its work', () => {
    expect(
      roots(found([withInit({ state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } })])),
    ).toEqual(['Error image-pull Certain'])
  })

  test('a sidecar is probed like a container, and patched in initContainers', () => {
    const fields = {
      restartPolicy: 'Always',
      ports: [{ containerPort: 9000 }],
      startupProbe: httpProbe({ port: 9001 }),
    }
    const [deploy, replicaSet] = deployment({
      initContainers: [container({ name: 'migrate', ...fields })],
      containers: [container()],
    } as never)
    const broken = withInit(
      {
        restartCount: 3,
        state: { running: { startedAt: ago(5) } },
        lastState: { terminated: { exitCode: 143, startedAt: ago(20), finishedAt: ago(6) } },
      },
      fields,
    )
    const about = { involvedObject: { fieldPath: 'spec.initContainers{migrate}' } }
    const findings = found([
      deploy,
      replicaSet,
      { ...broken, metadata: { ...broken.metadata, ...ownedBy(replicaSet) } },
      event(
        'Unhealthy',
        'Startup probe failed: Get "http://10.0.0.7:9001/": dial tcp 10.0.0.7:9001: connect: connection refused',
        { ...about, count: 12 },
      ),
      event('Killing', 'Init container migrate failed startup probe', {
        ...about,
        type: 'Normal',
        lastTimestamp: ago(6),
      }),
    ])
    expect(roots(findings)).toEqual(['Error port-closed/startup Likely'])
    expect(findings[0]?.fixes.find(({ patch }) => patch)?.patch?.value).toEqual({
      spec: {
        template: {
          spec: { initContainers: [{ name: 'migrate', startupProbe: { httpGet: { port: 9000 } } }] },
        },
      },
    })
  })
})

describe('a bare pod', () => {
  const message = unhealthy(
    'Readiness probe failed: Get "https://10.0.0.7:8080/": http: server gave HTTP response to HTTPS client',
  )
  const bare = (fields = {}) => {
    const one = podWith({ readinessProbe: httpProbe({ scheme: 'HTTPS' }), ...fields }, { ready: false })
    return {
      ...one,
      spec: { ...one.spec, priority: 0, volumes: [{ name: 'kube-api-access-x2x4k', projected: {} }] },
    } as typeof one
  }

  test('is replaced as a whole, without what the server set', () => {
    const [finding] = found([bare(), message])
    const fix = finding?.fixes.find(({ replace }) => replace)
    expect(fix).toMatchObject({ risk: 'Disruptive', command: 'kubectl replace --force -f -' })
    expect(fix?.replace).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
      spec: {
        restartPolicy: 'Always',
        containers: [
          {
            name: 'app',
            image: 'registry.example/app:1',
            ports: [{ containerPort: 8080, name: 'http' }],
            readinessProbe: httpProbe(),
          },
        ],
      },
    })
  })

  test('with values in its environment is never printed', () => {
    const findings = found([bare({ env: [{ name: 'PASSWORD', value: 'hunter2' }] }), message])
    expect(findings[0]?.fixes.some(({ replace }) => replace)).toBe(false)
    expect(JSON.stringify(findings)).not.toContain('hunter2')
  })
})
