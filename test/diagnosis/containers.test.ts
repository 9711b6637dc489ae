import { describe, expect, test } from '@jest/globals'
import { ago, container, containerStatus, deployment, event, log, ownedBy, pod } from '../helpers/builders.ts'
import { found, roots } from '../helpers/findings.ts'
import { crashing, httpProbe, killing, podWith, unhealthy } from '../helpers/probes.ts'

describe('a container that ends', () => {
  test.each([
    [{ exitCode: 1 }, 'Error crash Certain'],
    [{ exitCode: 139 }, 'Error crash Certain'],
    [{ exitCode: 137, reason: 'OOMKilled' }, 'Error oom-killed Certain'],
    [{ exitCode: 137 }, 'Error crash Possible'],
    [{ exitCode: 0, reason: 'Completed' }, 'Error completed-restart Likely'],
    [{ exitCode: 127 }, 'Error container-command-missing Likely'],
    [
      { exitCode: 128, reason: 'StartError', message: 'exec: "/x": stat /x: no such file or directory' },
      'Error container-command-missing Certain',
    ],
    [
      {
        exitCode: 128,
        reason: 'StartError',
        message: 'container init was OOM-killed (memory limit too low?)',
      },
      'Error oom-killed Certain',
    ],
    [
      { exitCode: 128, reason: 'StartError', message: 'error mounting "/a" to "/b": not a directory' },
      'Error container-create-failed Certain',
    ],
    [{ exitCode: 255, reason: 'Unknown' }, undefined],
  ])('%j', (terminated, expected) => {
    expect(roots(found([crashing({}, 3, terminated)]))).toEqual(expected === undefined ? [] : [expected])
  })

  test('the exit code, the restarts and the last words are the evidence', () => {
    const [finding] = found([crashing({}, 3, { exitCode: 2 })], log('starting\nfatal: no config\n\n'))
    expect(finding?.evidence.map(({ source, path, text }) => `${source} ${path}: ${text}`)).toEqual([
      'Status status.containerStatuses[0].lastState.terminated: exit code 2 (Error) after 3s',
      'Status status.containerStatuses[0].restartCount: 4',
      'Log app: fatal: no config',
    ])
  })

  const restarted = (finishedAgo: number, life: number, restartCount = 1) =>
    podWith(
      {},
      {
        restartCount,
        state: { running: { startedAt: ago(finishedAgo) } },
        lastState: {
          terminated: {
            exitCode: 1,
            reason: 'Error',
            startedAt: ago(finishedAgo + life),
            finishedAt: ago(finishedAgo),
          },
        },
      },
      { status: { startTime: ago(86400 * 3) } },
    )

  test.each([
    ['just now', restarted(5, 20), ['Error crash Certain']],
    ['a while ago, and it runs well since', restarted(900, 20), ['Warning crash Certain']],
    ['once, two days ago', restarted(86400 * 2, 20), []],
    ['again and again, last three hours ago', restarted(3 * 3600, 3600, 20), ['Warning crash Certain']],
  ])('%s', (_name, broken, expected) => expect(roots(found([broken]))).toEqual(expected))

  test('killed by its liveness probe is not a crash, though the exit code looks like one', () => {
    const fields = { livenessProbe: httpProbe() }
    const killed = crashing(fields, 14, { exitCode: 143 })
    expect(
      roots(
        found([
          killed,
          unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500'),
          killing('liveness'),
        ]),
      ),
    ).toEqual(['Error http-server-error/liveness Certain'])
  })

  test('an old probe kill does not explain a crash of today', () => {
    const fields = { livenessProbe: httpProbe() }
    const broken = crashing(fields, 100, { exitCode: 1 })
    const findings = found([
      broken,
      unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500', 3, 3000),
      killing('liveness', 3000),
    ])
    expect(roots(findings)).toEqual(['Error crash Certain'])
  })

  test('without any event, a run as long as the probe allows is perhaps a probe kill', () => {
    expect(roots(found([crashing({ livenessProbe: httpProbe() }, 12)]))).toEqual([
      'Error slow-start/liveness Possible',
    ])
    expect(roots(found([crashing({ startupProbe: httpProbe() }, 12)]))).toEqual([
      'Error startup-budget/startup Possible',
    ])
    expect(roots(found([crashing({ livenessProbe: httpProbe() }, 300)]))).toEqual(['Error crash Possible'])
    expect(
      roots(found([crashing({ livenessProbe: httpProbe() }, 12)], log('listening on 0.0.0.0:8080'))),
    ).toEqual(['Error probe-kill-unexplained/liveness Possible'])
  })

  test('two containers that are broken are two subjects', () => {
    const two = pod({
      spec: { containers: [container(), container({ name: 'side' })] },
      status: {
        containerStatuses: [
          ...(crashing({}, 3, { exitCode: 1 }).status?.containerStatuses ?? []),
          containerStatus({
            name: 'side',
            ready: false,
            state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } },
          }),
        ],
      },
    })
    expect(found([two]).map(({ code, rootCause, subject }) => [code, rootCause, subject.container])).toEqual([
      ['image-pull', true, 'side'],
      ['crash', true, 'app'],
    ])
  })

  test('pods of one workload with the same trouble are one finding', () => {
    const [deploy, replicaSet] = deployment({ containers: [container()] } as never)
    const of = (name: string) => {
      const one = crashing({}, 3, { exitCode: 1 })
      return { ...one, metadata: { ...one.metadata, name, uid: name, ...ownedBy(replicaSet) } }
    }
    const findings = found([deploy, replicaSet, of('web-7d9-b'), of('web-7d9-a')])
    expect(findings).toHaveLength(1)
    expect(findings[0]?.subject).toEqual({
      namespace: 'shop',
      kind: 'Deployment',
      name: 'web',
      container: 'app',
      pods: ['web-7d9-a', 'web-7d9-b'],
    })
  })
})

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

  test('one that goes on and on', () => {
    const running = (seconds: number) => withInit({ state: { running: { startedAt: ago(seconds) } } })
    expect(roots(found([running(1200)]))).toEqual(['Error init-running Likely'])
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

describe('hooks and stopping', () => {
  test('a postStart hook that fails', () => {
    const broken = podWith(
      { lifecycle: { postStart: { exec: { command: ['x'] } } } },
      {
        ready: false,
        restartCount: 2,
        state: { waiting: { reason: 'PostStartHookError', message: 'Exec lifecycle hook failed' } },
      },
    )
    expect(roots(found([broken, event('FailedPostStartHook', 'PostStartHook failed')]))).toEqual([
      'Error poststart-failed Certain',
    ])
  })

  test('a preStop hook that fails is only told', () => {
    expect(
      found([pod(), event('FailedPreStopHook', 'PreStopHook failed')]).map(({ code, severity }) => [
        code,
        severity,
      ]),
    ).toEqual([['prestop-failed', 'Info']])
  })

  test('a process that ignores SIGTERM until the end of the grace period is told beside the cause', () => {
    const fields = { livenessProbe: httpProbe() }
    const killed = crashing(fields, 44, { exitCode: 137 })
    const findings = found([
      killed,
      unhealthy('Liveness probe failed: HTTP probe failed with statuscode: 500'),
      killing('liveness', 50),
    ])
    expect(findings.map(({ code, severity, rootCause }) => [code, severity, rootCause])).toEqual([
      ['http-server-error', 'Error', true],
      ['slow-stop', 'Info', false],
    ])
  })

  test('a deleted pod that does not go', () => {
    const leaving = (seconds: number, finalizers?: readonly string[]) =>
      pod({ metadata: { deletionTimestamp: ago(seconds), finalizers } })
    expect(found([leaving(-20)])).toEqual([])
    const [finding] = found([leaving(900, ['example.com/wait'])])
    expect(finding).toMatchObject({ code: 'stuck-terminating', severity: 'Warning' })
    expect(finding?.summary).toContain('example.com/wait')
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
