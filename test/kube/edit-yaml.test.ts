import { describe, expect, test } from '@jest/globals'
import { editedYaml } from '../../src/kube/files/edit/edit-yaml.ts'
import type { Fields } from '../../src/model/kubernetes/fields.ts'

const TEXT = `# A file with comments.
kind: Service
name: 'first'
---
kind: Deployment # the second
spec:
  probe:
    # Why it is so.
    path: "/healthz"
    port: 80

  # Before the list.
  containers:
    - name: app
      image: app:1   # pinned
      args: [a, "b"]
      env:
      - name: X
        value: v
    - {name: sidecar, image: side:1}
  last: true
`

// biome-ignore lint/suspicious/noExplicitAny: the tests below change what stands in TEXT.
type Loose = Record<string, any>

/** The lines that differ once the second object is changed so. */
function changed(change: (object: Loose) => void, text = TEXT): readonly string[] | undefined {
  const edited = editedYaml(text, 1, (object) => {
    const copy = structuredClone(object) as Fields
    change(copy as Record<string, unknown>)
    return copy
  })
  if (edited === undefined) return undefined
  const [before, after] = [text.split('\n'), edited.split('\n')]
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ]
}

describe('a change of one object touches its own lines only', () => {
  test.each<[string, (object: Loose) => void, readonly string[]]>([
    ['a value', ({ spec }) => (spec.probe.port = 8080), ['-    port: 80', '+    port: 8080']],
    ['a value in quotes', ({ spec }) => (spec.probe.path = '/x'), ['-    path: "/healthz"', '+    path: /x']],
    [
      'a text that would be a boolean',
      ({ spec }) => (spec.probe.path = 'yes'),
      ['-    path: "/healthz"', '+    path: "yes"'],
    ],
    ['a new field', ({ spec }) => (spec.probe.host = 'h'), ['+    host: h']],
    [
      'a new object at the end',
      ({ spec }) => (spec.strategy = { type: 'Recreate', extra: { a: [1, 2] } }),
      ['+  strategy:', '+    type: Recreate', '+    extra:', '+      a:', '+        - 1', '+        - 2'],
    ],
    ['a field that goes', ({ spec }) => delete spec.probe.path, ['-    path: "/healthz"']],
    [
      'beside a comment',
      ({ spec }) => (spec.containers[0].image = 'app:2'),
      ['-      image: app:1   # pinned', '+      image: app:2   # pinned'],
    ],
    ['in an item of a list', ({ spec }) => (spec.containers[0].tty = true), ['+      tty: true']],
    [
      'a list on one line',
      ({ spec }) => spec.containers[0].args.push('c'),
      ['-      args: [a, "b"]', '+      args: [ a, b, c ]'],
    ],
    [
      'a list that grows',
      ({ spec }) => spec.containers[0].env.push({ name: 'Z', value: '1' }),
      [
        '-      - name: X',
        '-        value: v',
        '+        - name: X',
        '+          value: v',
        '+        - name: Z',
        '+          value: "1"',
      ],
    ],
    [
      'an object on one line',
      ({ spec }) => (spec.containers[1].tty = true),
      ['-    - {name: sidecar, image: side:1}', '+    - { name: sidecar, image: side:1, tty: true }'],
    ],
  ])('%s', (_, change, lines) => {
    expect(changed(change)).toEqual(lines)
  })

  test('an item of a List', () => {
    const list = 'kind: List\nitems:\n- kind: A\n  m: 1\n- kind: B\n  m: 2 # two\n- kind: C\n'
    expect(changed((object) => (object['m'] = 3), list)).toEqual(['-  m: 2 # two', '+  m: 3 # two'])
  })

  test('at the end of a file without a line feed', () => {
    expect(editedYaml('a: 1\nb:\n  c: 2', 0, () => ({ a: 1, b: { c: 2, d: 3 } }))).toBe(
      'a: 1\nb:\n  c: 2\n  d: 3',
    )
  })
})

describe('what can not be changed line by line is left alone', () => {
  test('where others share the value', () => {
    const text = 'a: &x\n  m: 1\n---\na: &x\n  m: 1\nb: *x\n'
    expect(changed((object) => (object['a'] = { m: 2 }), text)).toBeUndefined()
    expect(changed((object) => (object['b'] = { m: 2 }), text)).toEqual(['-b: *x', '+b:', '+  m: 2'])
  })

  test('where the text is no YAML, or the change fails', () => {
    expect(editedYaml('a: [', 0, (object) => object)).toBeUndefined()
    expect(
      editedYaml(TEXT, 1, () => {
        throw new Error('the patch does not fit')
      }),
    ).toBeUndefined()
    expect(editedYaml(TEXT, 5, (object) => object)).toBeUndefined()
  })
})
