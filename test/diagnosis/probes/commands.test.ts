import { describe, expect, test } from '@jest/globals'
import { container, deployment, ownedBy, pod } from '../../helpers/builders.ts'
import { found, roots } from '../../helpers/findings.ts'
import { crashing, killing, podWith, unhealthy, unready } from '../../helpers/probes.ts'

describe('commands', () => {
  const exec = (command: readonly string[]) => ({
    livenessProbe: { exec: { command }, periodSeconds: 5, timeoutSeconds: 1, failureThreshold: 3 },
  })
  const START =
    'rpc error: code = Unknown desc = failed to exec in container: failed to start exec "e865e499bac41531c53d0b5122f4e727efac1e57a5fc95955fc9fc4435dff1d5": OCI runtime exec failed: exec failed: unable to start container process: '

  test('one that does not exist never counts, and the container stays as it is', () => {
    const [finding] = found([
      podWith(exec(['curl', 'localhost'])),
      unhealthy(`Liveness probe errored: ${START}exec: "curl": executable file not found in $PATH: unknown`),
    ])
    expect(finding).toMatchObject({
      code: 'exec-command-missing',
      effect: 'Inert',
      confidence: 'Certain',
      severity: 'Error',
    })
    expect(finding?.explanation).toContain('never restarted')
  })

  test('a readiness command that does not exist keeps the pod out for ever', () => {
    const fields = { readinessProbe: exec(['curl']).livenessProbe }
    const [finding] = found([
      unready(fields),
      unhealthy(`Readiness probe errored: ${START}exec: "curl": executable file not found in $PATH: unknown`),
    ])
    expect(finding).toMatchObject({ code: 'exec-command-missing', effect: 'Unready' })
    expect(finding?.explanation).toContain('never become Ready')
  })

  test('one that stands in one word is split', () => {
    const [deploy, replicaSet] = deployment({ containers: [container(exec(['cat /tmp/ok']))] } as never)
    const broken = pod({
      metadata: ownedBy(replicaSet),
      spec: { containers: [container(exec(['cat /tmp/ok']))] },
    })
    const [finding] = found([
      deploy,
      replicaSet,
      broken,
      unhealthy(
        `Liveness probe errored: ${START}exec: "cat /tmp/ok": stat cat /tmp/ok: no such file or directory: unknown`,
      ),
    ])
    expect(finding?.fixes[0]?.patch?.value).toMatchObject({
      spec: {
        template: { spec: { containers: [{ livenessProbe: { exec: { command: ['cat', '/tmp/ok'] } } }] } },
      },
    })
  })

  test.each([
    [
      `errored: ${START}exec: "/x.sh": permission denied: unknown`,
      'Error exec-not-executable/liveness Certain',
    ],
    [`errored: ${START}exec /x: exec format error: unknown`, 'Error exec-not-executable/liveness Certain'],
    [
      'errored: rpc error: code = Unavailable desc = error reading from server',
      'Error exec-runtime-error/liveness Likely',
    ],
  ])('%s', (text, expected) => {
    expect(roots(found([podWith(exec(['/x.sh'])), unhealthy(`Liveness probe ${text}`)]))).toEqual([expected])
  })

  test.each([
    ['command timed out: "sleep 5" timed out after 1s', 'Error exec-timeout/liveness Certain'],
    ['no connection', 'Error exec-exit-code/liveness Certain'],
    ['', 'Error exec-exit-code/liveness Likely'],
    ['sh: 1: curl: not found', 'Error exec-command-missing/liveness Certain'],
    // What a command prints is its own, even if it looks like a text of the kubelet.
    ['dial tcp 127.0.0.1:8080: connect: connection refused', 'Error exec-exit-code/liveness Certain'],
  ])('one that fails with "%s" and is killed for it', (text, expected) => {
    expect(
      roots(
        found([
          crashing(exec(['sleep', '5']), 14),
          unhealthy(`Liveness probe failed: ${text}`),
          killing('liveness'),
        ]),
      ),
    ).toEqual([expected])
  })

  test('a container that had just ended is no fault of the command', () => {
    expect(
      found([
        podWith(exec(['x'])),
        unhealthy(
          'Liveness probe errored: rpc error: code = NotFound desc = container is not created or running',
        ),
      ]),
    ).toEqual([])
  })
})
