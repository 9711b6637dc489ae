import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Finding, Fix } from '../../src/model/report/finding.ts'
import { patchScript } from '../../src/render/formats/patches.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'

const target = { namespace: 'shop', kind: 'Deployment', name: 'web' }
const patchOf = (field: string, value: unknown, name = 'web') => ({
  target: { ...target, name },
  type: 'strategic' as const,
  value: {
    spec: { template: { spec: { containers: [{ name: 'app', livenessProbe: { [field]: value } }] } } },
  },
})
const fix = (title: string, field: string, value: unknown = 7): Fix => ({
  title,
  risk: 'Low',
  patch: patchOf(field, value),
})
const finding = (changes: Partial<Finding> = {}): Finding => ({
  code: 'slow-start',
  severity: 'Error',
  confidence: 'Certain',
  rootCause: true,
  subject: { ...target, container: 'app', probe: 'liveness' },
  summary: '',
  explanation: '',
  evidence: [],
  effect: 'Restarting',
  fixes: [fix('wait longer', 'failureThreshold')],
  docs: '',
  ...changes,
})

const script = (findings: readonly Finding[], kubectl = ['kubectl']) =>
  patchScript(findings, { style: PLAIN, kubectl })

/** The calls of kubectl that a shell makes of a script, each as its arguments. */
function calls(text: string): readonly (readonly string[])[] {
  const record = 'kubectl() { for word in "$@"; do printf "%s\\0" "$word"; done; printf "\\0"; }'
  const { stdout, stderr, status } = spawnSync('sh', [], {
    input: `${record}\n${text}`,
    encoding: 'utf8',
  })
  expect([stderr, status]).toEqual(['', 0])
  return stdout
    .split('\0\0')
    .filter((call) => call !== '')
    .map((call) => call.split('\0'))
}

describe('the script of patches', () => {
  test('applies the least invasive change of each finding, and no other', () => {
    const fixes: Fix[] = [
      { ...fix('replace the strategy', 'periodSeconds'), risk: 'Disruptive' },
      fix('wait longer', 'failureThreshold'),
      fix('start later', 'initialDelaySeconds'),
      { title: 'look', risk: 'Inspect', command: 'kubectl get pods' },
    ]
    const other = finding({ fixes: [{ ...fix('slower', 'x'), patch: patchOf('timeoutSeconds', 3, 'api') }] })
    const text = script([finding({ fixes }), other])
    expect(calls(text)).toEqual([
      ['patch', 'deployment', 'web', '-n', 'shop', '--type', 'strategic', '-p', expect.any(String)],
      ['patch', 'deployment', 'api', '-n', 'shop', '--type', 'strategic', '-p', expect.any(String)],
    ])
    expect(JSON.parse(calls(text)[0]?.at(-1) ?? '')).toEqual(patchOf('failureThreshold', 7).value)
    expect(text).toContain('# or: start later (risk: Low)\n# kubectl patch')
    expect(text).toContain('# or: replace the strategy (risk: Disruptive)\n# kubectl patch')
  })

  test.each<[string, Partial<Finding>, string]>([
    ['a disruptive change', { fixes: [{ ...fix('t', 'x'), risk: 'Disruptive' }] }, 'disruptive'],
    ['a remark', { severity: 'Info', configuration: true, rootCause: false }, 'nothing is broken'],
    ['a guess', { confidence: 'Possible' }, 'only possible'],
    ['what follows from something else', { rootCause: false }, 'follows from another finding'],
  ])('leaves %s to a person, and says why', (_, changes, reason) => {
    const text = script([finding(changes)])
    expect(calls(text)).toEqual([])
    expect(text).toMatch(new RegExp(`^# commented out: .*${reason}`, 'm'))
    expect(text).toContain('# kubectl patch deployment web')
  })

  test('does not change one field twice', () => {
    const text = script([finding(), finding({ code: 'hang', fixes: [fix('other', 'failureThreshold', 9)] })])
    expect(calls(text)).toHaveLength(1)
    expect(text).toContain('# commented out: the patch for slow-start above changes the same field')
  })

  test('replaces a bare Pod in one line', () => {
    const replace = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { note: "it's\n100% $HOME" },
    } as unknown as KubeObject
    const text = script([finding({ fixes: [{ title: 't', risk: 'Disruptive', replace }] })])
    expect(calls(text)).toEqual([])
    const line = text.split('\n').find((one) => one.startsWith('# printf')) ?? ''
    const echo = line.slice(2).replace(/\| kubectl .*$/, '')
    expect(JSON.parse(spawnSync('sh', ['-c', echo], { encoding: 'utf8' }).stdout)).toEqual(replace)
    expect(line).toMatch(/\| kubectl replace --force -f -$/)
  })

  test('reaches the cluster of the report', () =>
    expect(calls(script([finding()], ['kubectl', '--context', "o'brien"]))[0]?.slice(0, 3)).toEqual([
      '--context',
      "o'brien",
      'patch',
    ]))

  test('runs nothing that a name or a value brings along', () => {
    const evil = "x\nkubectl delete ns shop\n$(kubectl boom)`kubectl boom`'; kubectl boom #\u001b[31m"
    const text = script([
      finding({
        subject: { ...target, name: evil },
        fixes: [{ title: evil, risk: 'Low', patch: patchOf('path', evil, evil) }],
      }),
      finding({ subject: { ...target, name: evil }, fixes: [fix(evil, 'path', evil)] }),
      finding({ confidence: 'Possible', fixes: [{ title: evil, risk: 'Low', patch: patchOf('y', evil) }] }),
    ])
    // No API server has an object of this name, so that there is no command for the first.
    expect(calls(text)).toHaveLength(1)
    expect(text).not.toContain('\u001b')
  })

  test('says so where there is nothing to patch', () => {
    expect(script([])).toBe('# Nothing to patch.\n')
    expect(script([finding({ fixes: [] })])).toBe(
      '# 1 finding without a patch: the report says what to find out.\n',
    )
  })
})
