import { describe, expect, test } from '@jest/globals'
import { CAUSE_CODES } from '../../src/diagnosis/codes/codes.ts'
import { findReason, REASONS } from '../../src/events/catalogue/catalogue.ts'
import { reasonsMarkdown } from '../../src/events/catalogue/doc.ts'
import { codeOfReason } from '../../src/events/catalogue/reason-code.ts'
import { classify } from '../../src/events/facts/classify.ts'
import { occurrence } from '../../src/model/snapshot/occurrence.ts'
import { event } from '../helpers/builders.ts'
import { CASE_EXAMPLES } from './case-examples.ts'

const seen = (reason: string, message = '', changes: Readonly<Record<string, unknown>> = {}) =>
  occurrence(event(reason, message, changes))
const about = (kind: string) => ({ involvedObject: { kind, fieldPath: undefined } })
const by = (component: string) => ({ source: { component } })

describe('the catalogue', () => {
  const codes = new Set<string>(CAUSE_CODES.map(({ code }) => code))
  const cases = REASONS.flatMap((info) => (info.cases ?? []).map((one) => ({ info, one })))

  test('knows more than 250 reasons', () => {
    expect(new Set(REASONS.map(({ reason }) => reason)).size).toBeGreaterThan(250)
  })

  test('says in whole sentences what each reason means and what to do', () => {
    const texts = [
      ...REASONS.flatMap(({ reason, meaning, advice }) => [
        { reason, text: meaning },
        { reason, text: advice },
      ]),
      ...cases.flatMap(({ one: { id: name, meaning, advice } }) => [
        { reason: name, text: meaning },
        { reason: name, text: advice },
      ]),
    ]
    expect(
      texts.filter(({ text }) => text !== undefined && (!/^\S.*[^.\s]$/.test(text) || text.includes('  '))),
    ).toEqual([])
  })

  test('has no two rows for the same reason, kind and component', () => {
    const keys = REASONS.flatMap(({ reason, kinds, components }) =>
      (kinds.length === 0 ? ['*'] : kinds).flatMap((kind) =>
        (components.length === 0 ? ['*'] : components).map((component) => `${reason} ${kind} ${component}`),
      ),
    )
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })

  test('names only causes that the docs explain', () => {
    const named = [...REASONS, ...cases.map(({ one }) => one)].flatMap(({ causeCode }) => causeCode ?? [])
    expect(named.filter((code) => !codes.has(code))).toEqual([])
  })

  test('closes and follows only with reasons that it knows', () => {
    const known = new Set(REASONS.map(({ reason }) => reason))
    const named = [...REASONS, ...cases.map(({ one }) => one)].flatMap(
      ({ resolvedBy: closedBy = [] }) => closedBy,
    )
    expect(named.filter((reason) => !known.has(reason))).toEqual([])
  })

  test('gives every case a name of its own that is no code of another cause', () => {
    const names = [...new Set(cases.map(({ one }) => one))].map(({ id: name }) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    expect(names.filter((name) => codes.has(name))).toEqual([])
  })

  test('has a page with every reason', () => {
    const page = reasonsMarkdown()
    expect(REASONS.filter(({ reason }) => !page.includes(`\`${reason}\``))).toEqual([])
    expect(page).not.toContain('undefined')
  })
})

/** Every row, as the event it is about: its reason and kind, by its component. */
const ROWS = REASONS.map((info) => ({
  name: `${info.reason} of a ${info.kinds[0] ?? 'Widget'} by ${info.components[0] ?? 'anybody'}`,
  info,
  written: {
    ...about(info.kinds[0] ?? 'Widget'),
    ...by(info.components[0] ?? 'some-controller'),
    type: info.type,
  },
}))

describe('every row', () => {
  test.each(ROWS)('$name explains its event', ({ info, written }) => {
    const what = classify(seen(info.reason, 'words that nobody has seen', written))
    expect(what.row).toBe(info)
    expect(what.code).toBe(info.causeCode ?? codeOfReason(info.reason))
    expect([what.meaning, what.specific]).toEqual([info.meaning, false])
  })

  test.each(ROWS)('$name is not that of another kind or writer', ({ info, written }) => {
    const stranger = { ...by('somebody-else'), ...about('Stranger') }
    if (info.kinds.length > 0)
      expect(findReason(seen(info.reason, '', { ...written, ...about('Stranger') }))).not.toBe(info)
    if (info.components.length > 0)
      expect(findReason(seen(info.reason, '', { ...written, ...by('somebody-else') }))).not.toBe(info)
    expect(findReason(seen(`${info.reason}x`, '', { ...written, ...stranger }))).toBeUndefined()
  })
})

const CASES = ROWS.flatMap(({ info, written, name }) =>
  (info.cases ?? []).map((one) => ({ name: `${one.id} of ${name}`, one, info, written })),
)

describe('every case', () => {
  test('has a message that it explains and one that it does not', () => {
    expect(Object.keys(CASE_EXAMPLES).sort()).toEqual([...new Set(CASES.map(({ one }) => one.id))].sort())
  })

  test.each(CASES)('$name', ({ one, info, written }) => {
    const example = CASE_EXAMPLES[one.id]
    const what = classify(seen(info.reason, example?.seen, written))
    expect([what.meaning, what.advice, what.specific]).toEqual([one.meaning, one.advice, true])
    expect(what.code).toBe(one.causeCode ?? info.causeCode ?? one.id)
    const other = classify(seen(info.reason, example?.near, written))
    expect(other.row).toBe(info)
    expect(other.meaning).not.toBe(one.meaning)
  })
})

describe('reasonInfo', () => {
  test('tells rows of one reason apart by kind and by component', () => {
    const node = findReason(seen('NodeNotReady', '', { ...about('Node'), ...by('node-controller') }))
    const pod = findReason(seen('NodeNotReady', '', { ...about('Pod'), ...by('node-controller') }))
    expect([node?.type, pod?.type]).toEqual(['Normal', 'Warning'])
    expect(findReason(seen('Evicted', '', by('karpenter')))?.severity).toBe('Info')
    expect(findReason(seen('Evicted', '', by('kubelet')))?.severity).toBe('Error')
  })

  test('takes a scheduler of any name, and karpenter for itself', () => {
    expect(findReason(seen('FailedScheduling', '', by('my-scheduler')))?.counted).toBe(true)
    expect(findReason(seen('FailedScheduling', '', by('')))?.counted).toBe(true)
    expect(findReason(seen('FailedScheduling', '', by('karpenter')))?.counted).toBeUndefined()
  })

  test('does not know a reason that somebody else uses for another kind', () => {
    expect(
      findReason(seen('Failed', '', { ...about('HelmRelease'), ...by('helm-controller') })),
    ).toBeUndefined()
  })
})

describe('classify', () => {
  test.each([
    ['Failed', 'Failed to pull image "a:1": manifest unknown', 'image-pull', 'repository or tag'],
    [
      'Failed',
      'Failed to pull image "a:1": pull access denied, insufficient_scope',
      'image-pull',
      'let this pod have',
    ],
    ['Failed', 'Failed to pull image "a:1": 429 toomanyrequests: rate limit', 'image-pull', 'too many pulls'],
    [
      'Failed',
      'Failed to pull image "a:1": dial tcp: lookup r on 1.1.1.1:53: no such host',
      'image-pull',
      'cannot reach',
    ],
    [
      'Failed',
      'Failed to pull image "a:1": x509: certificate signed by unknown authority',
      'image-pull',
      'trust',
    ],
    [
      'Failed',
      'Failed to pull image "a:1": no match for platform in manifest: not found',
      'image-pull',
      'processor',
    ],
    ['Failed', 'Error: ErrImagePull', 'image-pull', 'waits'],
    ['Failed', 'Error: configmap "settings" not found', 'config-missing', 'does not exist'],
    ['Failed', "Error: couldn't find key a in Secret shop/b", 'config-missing', 'key'],
    ['Failed', 'Error: container has runAsNonRoot and image will run as root', 'run-as-root', 'root'],
    [
      'Failed',
      'Error: exec: "serve": executable file not found in $PATH',
      'container-command-missing',
      'not in the image',
    ],
    ['Failed', 'Error: exec /bin/app: exec format error', 'container-command-missing', 'processor'],
    ['Failed', 'Error: container init was OOM-killed (memory limit too low?)', 'oom-killed', 'memory limit'],
    ['BackOff', 'Back-off pulling image "a:1"', 'image-pull', 'could not be pulled'],
    ['BackOff', 'Back-off restarting failed container app in pod web-1_shop(u)', 'crash', 'again and again'],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "a" : secret "b" not found',
      'mount-missing',
      'does not exist',
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "a" : mount failed: exit status 32',
      'mount-failed',
      'mount itself',
    ],
    [
      'FailedMount',
      'driver name x.csi not found in the list of registered CSI drivers',
      'mount-failed',
      'driver',
    ],
    ['FailedCreatePodSandBox', 'failed to assign an IP address to container', 'sandbox-failed', 'no free IP'],
    ['Evicted', 'The node was low on resource: memory. Threshold quantity: 1', 'evicted', 'node ran short'],
    ['Evicted', 'Usage of EmptyDir volume "a" exceeds the limit "1Mi". ', 'evicted', 'own limit'],
    [
      'Unhealthy',
      'Readiness probe failed: HTTP probe failed with statuscode: 503',
      'http-server-error',
      '5xx',
    ],
    ['Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 404', 'http-not-found', '404'],
    [
      'Unhealthy',
      'Liveness probe failed: dial tcp 10.0.0.1:80: connect: connection refused',
      'liveness-probe-failed',
      'nothing accepts connections',
    ],
    [
      'Unhealthy',
      'Readiness probe failed: words of the application',
      'readiness-probe-failed',
      'the container fails',
    ],
    [
      'Unhealthy',
      'Readiness probe failed: Get "http://10.0.0.1:80/": malformed HTTP response "\\x15\\x03\\x01"',
      'scheme-mismatch',
      'HTTPS',
    ],
    [
      'FailedMount',
      'Unable to attach or mount volumes: unmounted volumes=[a]: timed out waiting for the condition',
      'mount-failed',
      'cannot be mounted',
    ],
    ['Evicted', 'Pod The node had condition: [DiskPressure]. ', 'evicted', 'refused the pod'],
    [
      'Killing',
      'Container app failed liveness probe, will be restarted',
      'liveness-probe-killed',
      'liveness',
    ],
    ['Killing', 'Stopping container app', 'killing', 'stopped'],
    ['MultiplePodDisruptionBudgets', '', 'multiple-pod-disruption-budgets', 'Two budgets'],
  ])('%s: %s', (reason, message, code, words) => {
    const what = classify(
      seen(reason, message, reason === 'MultiplePodDisruptionBudgets' ? by('controllermanager') : {}),
    )
    expect([what.code, what.meaning]).toEqual([code, expect.stringContaining(words)])
  })

  test.each([
    ['pods "a" is forbidden: exceeded quota: q, requested: pods=1', 'quota-exceeded'],
    ['pods "a" is forbidden: violates PodSecurity "restricted:latest": ...', 'pod-security'],
    ['Internal error occurred: failed calling webhook "w": connection refused', 'admission-denied'],
    ['admission webhook "w" denied the request: no', 'admission-denied'],
    ['something that nobody has seen', 'admission-denied'],
  ])('FailedCreate: %s', (message, code) => {
    expect(classify(seen('FailedCreate', `Error creating: ${message}`, about('ReplicaSet'))).code).toBe(code)
  })

  test('of the reasons of the scheduler, the one that excludes most nodes counts', () => {
    const text =
      "0/6 nodes are available: 1 node(s) had untolerated taint {gpu: true}, 2 Insufficient cpu, 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling."
    expect(classify(seen('FailedScheduling', text, by('default-scheduler'))).code).toBe(
      'unschedulable-affinity',
    )
  })

  test('of the reasons of the scheduler, those without numbers count, too', () => {
    const text =
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: not eligible'
    expect(classify(seen('FailedScheduling', text, by('default-scheduler'))).code).toBe('pvc-unbound')
  })

  test.each([
    ['pod has unbound PersistentVolumeClaims (repeated 4 times)', 'pvc-unbound'],
    ['PersistentVolumeClaim is not bound: "data"', 'pvc-unbound'],
    [
      "0/3 nodes are available: 3 node(s) had taint {a: b}, that the pod didn't tolerate.",
      'unschedulable-taints',
    ],
  ])('schedulers of older releases: %s', (text, code) => {
    expect(classify(seen('FailedScheduling', text, by('default-scheduler'))).code).toBe(code)
  })

  test('what preemption could do is no reason', () => {
    const text =
      '0/1 nodes are available: 1 strange. preemption: 0/1 nodes are available: 1 Insufficient cpu.'
    expect(classify(seen('FailedScheduling', text, by('default-scheduler'))).code).toBe('unschedulable')
  })
})

test.each([
  ['FailedGetScale', 'failed-get-scale'],
  ['SystemOOM', 'system-oom'],
  ['CIDRNotAvailable', 'cidr-not-available'],
  ['weird reason/1', 'weird-reason-1'],
  ['', 'unknown'],
])('the code of the reason %s is %s', (reason, code) => {
  expect(codeOfReason(reason)).toBe(code)
})
