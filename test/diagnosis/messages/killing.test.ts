import { describe, expect, test } from '@jest/globals'
import { parseKilling } from '../../../src/diagnosis/messages/killing.ts'
import { normaliseMessage } from '../../../src/diagnosis/messages/normalise.ts'

const ID = '184850d48d723924f62e815706ee39ce8ff8b1d36abbb78552cfe634ccbc1276'

describe('the texts of Killing events', () => {
  test.each([
    [
      'Container app failed liveness probe, will be restarted',
      { container: 'app', probe: 'liveness', willRestart: true, init: false },
    ],
    [
      'Container app failed startup probe',
      { container: 'app', probe: 'startup', willRestart: false, init: false },
    ],
    [
      'Init container proxy failed liveness probe',
      { container: 'proxy', probe: 'liveness', willRestart: true, init: true },
    ],
  ])('%s', (message, kill) => expect(parseKilling(message)).toEqual(kill))

  test.each([
    'Stopping container app',
    'Container app definition changed, will be restarted',
    'FailedPostStartHook',
  ])('%s has no probe behind it', (message) => expect(parseKilling(message)).toBeUndefined())
})

describe('what differs from one event to the next is taken out', () => {
  test.each([
    [`failed to start exec "${ID}": OCI`, 'failed to start exec "<id>": OCI'],
    [
      'read tcp 10.0.0.1:40958->10.0.0.7:8080: read: connection reset',
      'read tcp <source>-><ip>:8080: read: connection reset',
    ],
    ['Get "http://[fd00::5b]:80/": context', 'Get "http://<ip>:80/": context'],
    ['pod web-7d9c5b6f4d-x2x4k_shop(9e1d7ad2-40a5-4d6a-9f2b-1c1c1c1c1c1c)', 'pod web-<hash>_shop(<uid>)'],
    ['back-off 1m20s restarting', 'back-off <duration> restarting'],
    [
      'in 1.5s (2.25s including waiting). Image size: 12345 bytes.',
      'in <duration> (<duration> including waiting). Image size: <n> bytes.',
    ],
    ['(combined from similar events): Readiness probe failed: x', 'Readiness probe failed: x'],
  ])('%s', (message, expected) => expect(normaliseMessage(message)).toBe(expected))

  test.each([
    'Liveness probe failed: HTTP probe failed with statuscode: 503',
    'dial tcp: lookup web-front on port 8080',
  ])('nothing varies in: %s', (message) => expect(normaliseMessage(message)).toBe(message))
})
