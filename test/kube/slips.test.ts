import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { readFiles } from '../../src/kube/files/files.ts'
import { UserError } from '../../src/model/errors.ts'
import { NOW } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'

const HEAD = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web, livenessProbe: none }
    spec:
      containers:
        - name: app
          image: app:1
`
const HANDLER = 'httpGet: { path: /, port: 80 }'

/** What is said of a manifest whose text goes on like this, without the name of the file. */
async function said(text: string): Promise<string> {
  const file = `${folderWith({ 'web.yaml': HEAD + text })}/web.yaml`
  try {
    await readFiles([file], { stdin: Readable.from([]), clock: NOW })
    return 'nothing'
  } catch (error) {
    const { sentence, hint } = error as UserError
    expect(error).toBeInstanceOf(UserError)
    return `${sentence}\n${hint}`
      .replaceAll(file, 'web.yaml')
      .replace('Deployment web: ', '')
      .replace('spec.template.spec.containers[0].', '~')
  }
}

describe('a slip in a manifest is named as what it is, at its line', () => {
  test.each([
    [
      'a colon that makes a mapping of a word',
      '          livenessProbe:\n            exec:\n              command:\n                - cat: /tmp/healthy\n',
      'web.yaml:16: ~livenessProbe.exec.command[0] must be text\nThe colon after "cat" makes a mapping of it: put it in quotes, as "cat: /tmp/healthy".',
    ],
    [
      'a number that should be text',
      '          args: [--level, 5]\n',
      '~args[1] must be text\nYAML takes it for a number: put it in quotes, as "5".',
    ],
    [
      'yes, which is true',
      '          args: [yes]\n',
      'YAML takes it for true or false: put it in quotes, as "true".',
    ],
    [
      'a number in quotes',
      `          livenessProbe:\n            ${HANDLER}\n            periodSeconds: "5"\n`,
      'web.yaml:15: ~livenessProbe.periodSeconds must be a number\nThe quotes make a text of it: write 5.',
    ],
    [
      'a command as one text',
      '          livenessProbe:\n            exec:\n              command: cat /tmp/x\n',
      'must be a list\nWrite a list, each word an entry of its own, as ["cat", "/tmp/x"].',
    ],
    [
      'a command as one line of shell',
      '          livenessProbe:\n            exec:\n              command: test -f /x && echo "ok"\n',
      'as ["sh", "-c", "test -f /x && echo \\"ok\\""].',
    ],
    [
      'a dash too many',
      `          livenessProbe:\n            - ${HANDLER}\n`,
      'The "- " makes a list of it',
    ],
    [
      'a probe beside the containers',
      `      livenessProbe:\n        ${HANDLER}\n`,
      'web.yaml:13: spec.template.spec.livenessProbe: a livenessProbe does not belong in spec.template.spec: it stands too high up\nMove it into the container',
    ],
    [
      'a probe in a port',
      `          ports:\n            - containerPort: 80\n              readinessProbe:\n                ${HANDLER}\n`,
      'web.yaml:15: ~ports[0].readinessProbe: a readinessProbe does not belong in',
    ],
    [
      'a probe in a probe',
      `          readinessProbe:\n            ${HANDLER}\n            livenessProbe:\n              ${HANDLER}\n`,
      'web.yaml:15: ~readinessProbe.livenessProbe: a livenessProbe does not belong in',
    ],
    [
      'a field of the handler in the probe',
      '          livenessProbe:\n            path: /\n            port: 80\n',
      'web.yaml:14: ~livenessProbe.path: path stands one level too high\nMove it into the handler: httpGet.',
    ],
    [
      'a field of the probe in the handler',
      '          livenessProbe:\n            httpGet:\n              port: 80\n              periodSeconds: 5\n',
      'web.yaml:16: ~livenessProbe.httpGet.periodSeconds: periodSeconds stands one level too deep\nMove it out of httpGet, beside it.',
    ],
    [
      'capitals',
      `          livenessprobe:\n            ${HANDLER}\n`,
      'in this spelling: capitals count\nWrite livenessProbe.',
    ],
    [
      'a missing letter',
      `          readinesProbe:\n            ${HANDLER}\n`,
      '~readinesProbe: there is no field readinesProbe\nWrite readinessProbe.',
    ],
    [
      'a field that is nearly one',
      `          livenessProbe:\n            ${HANDLER}\n            periodSecond: 5\n`,
      'there is no field periodSecond\nWrite periodSeconds.',
    ],
    [
      'a handler that is nearly one',
      '          livenessProbe:\n            httpget: { port: 80 }\n',
      'capitals count\nWrite httpGet.',
    ],
    [
      'a field that no handler has',
      '          livenessProbe:\n            tcpSocket: { port: 80, path: / }\n',
      'there is no field path\ntcpSocket has host and port.',
    ],
    [
      'a tab',
      `          livenessProbe:\n\t    ${HANDLER}\n`,
      'web.yaml:14: the line is indented with a tab, and YAML takes spaces only\nWrite spaces in its place.',
    ],
    [
      'a line that is indented differently',
      `          livenessProbe:\n            ${HANDLER}\n           periodSeconds: 5\n`,
      'web.yaml:15: the line is indented differently',
    ],
    [
      'a line that is indented too far',
      '          livenessProbe:\n            httpGet:\n              path: /\n               port: 80\n',
      'web.yaml:15: a mapping begins within a value',
    ],
  ])('%s', async (_, text, says) => {
    expect(await said(text)).toContain(says)
  })

  test.each([
    [
      'fields of the container that nobody here knows',
      '          resizeRules: []\n          newField: { port: 80 }\n',
    ],
    ['a tab after a colon', '          livenessProbe:\n            httpGet:\t{ path: /, port: 80 }\n'],
    [
      'a probe of an init container and of another kind',
      `      initContainers:\n        - name: i\n          image: i:1\n          startupProbe: { ${HANDLER} }\n---\napiVersion: example.com/v1\nkind: Thing\nmetadata: { name: t }\nspec: { livenessProbe: { path: / } }\n`,
    ],
    ['nothing where a probe could be', '          livenessProbe:\n          readinessProbe: null\n'],
  ])('no slip: %s', async (_, text) => {
    expect(await said(text)).toBe('nothing')
  })
})
