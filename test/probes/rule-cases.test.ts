import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import { probeCheck } from '../../src/probes/check.ts'
import type { RuleSettings } from '../../src/probes/configuration.ts'
import { cannotFail } from '../../src/probes/rules/shared/shell.ts'
import { clusterOf, container, deployment } from '../helpers/builders.ts'

const EVERYTHING = { targets: [], selector: [] }

const codes = (findings: readonly Finding[]) => [...new Set(findings.map(({ code }) => code))]

const of = (objects: readonly KubeObject[], rules: RuleSettings = new Map()) =>
  probeCheck(clusterOf(objects), { selection: EVERYTHING, rules }).findings

test.each([
  [{}, 'exactly one of'],
  [{ exec: { command: ['x'] }, tcpSocket: { port: 1 } }, 'exactly one of'],
  [{ exec: {} }, 'must have a command'],
  [{ tcpSocket: { port: 1 }, periodSeconds: -1 }, 'must not be negative'],
  [{ tcpSocket: { port: 1 }, terminationGracePeriodSeconds: 0 }, 'must be above 0'],
  [{ tcpSocket: { port: 70000 } }, 'from 1 to 65535'],
  [{ tcpSocket: { port: '8080' } }, 'a number, or a name'],
  [{ tcpSocket: {} }, 'must be set'],
  [{ grpc: { port: 'grpc' } }, 'must be a number'],
  [{ httpGet: { port: 1, scheme: 'http' } }, 'in capitals'],
])('the API server refuses %j', (livenessProbe, why) => {
  const [top] = deployment({ containers: [container({ livenessProbe })] })
  const summaries = of([top])
    .filter(({ code }) => code === 'probe-refused')
    .map(({ summary }) => summary)
  expect(summaries).toEqual([expect.stringContaining(why)])
})

test('a variable is left to any interpreter, wherever it stands in the command', () => {
  const codesOf = (...command: string[]) => {
    const env = [{ name: 'PORT', value: '8080' }]
    const spec = { containers: [container({ env, livenessProbe: { exec: { command } } })] }
    return codes(of([deployment(spec)[0]]))
  }
  expect(codesOf('/check', '-addr=:$PORT')).toContain('exec-env-not-expanded')
  expect(codesOf('/check', '-addr=:$(PORT)')).toEqual([])
  expect(codesOf('timeout', '1', 'sh', '-c', '/check :$PORT')).toEqual([])
  expect(codesOf('/usr/bin/env', 'perl', '-e', '$PORT = 1; exit 1')).toEqual([])
})

describe('shell scripts that cannot fail', () => {
  test.each([
    'true',
    'check || true',
    'check || :',
    'check || echo "not well"',
    'check; exit 0',
    'check\nexit 0\n',
    'check > /dev/null 2>&1; echo done',
    'a && b || true',
    'curl -s localhost | cat',
    "curl -s localhost | awk '{print $1}'",
    'a || b | tee /tmp/log',
    "grep 'exit 1' /log; echo ok",
  ])('%s', (script) => expect(cannotFail(script)).toBeDefined())

  test.each([
    'check',
    'check && echo ok',
    'curl -s localhost | grep -q ok',
    'test -f /ok && cat /ok | tee /tmp/log',
    'set -e; check; echo ok',
    'set -o pipefail; check | cat',
    '-ec check; echo ok',
    'check || exit 1; echo ok',
    'check || exit $?; echo ok',
    'check || exit "$code"; echo ok',
    'if check; then exit 1; fi; true',
    'check || { echo bad; false; }',
    "curl -s localhost | awk '{exit 1}'",
    "curl -s localhost | sed '/bad/q1'",
    'echo "$(check)" && false',
    'kill -0 1; echo ok',
    'echo "a || true"; check',
    'check "x; exit 0"',
    '',
  ])('not: %s', (script) => expect(cannotFail(script)).toBeUndefined())
})
