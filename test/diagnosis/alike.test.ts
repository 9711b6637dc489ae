import { expect, test } from '@jest/globals'
import { mergeAlike } from '../../src/diagnosis/alike.ts'
import type { Evidence } from '../../src/model/report/finding.ts'

const said = (pod: string, ip: string, more: Partial<Evidence> = {}): Evidence => ({
  source: 'Event',
  object: `Pod shop/${pod}`,
  text: `Unhealthy: Get "http://${ip}:8080/ready": dial tcp ${ip}:8080: connection refused`,
  count: 16,
  time: '2026-11-21T11:59:55Z',
  ...more,
})

test('what differs only in pod, address and time is told once, with the sum and the newest time', () => {
  const [first, ...others] = mergeAlike(
    [said('web-a', '10.0.0.7')],
    [said('web-b', '10.0.0.8', { count: 17, time: '2026-11-21T11:59:57Z', countIsLowerBound: true })],
  )
  expect(others).toEqual([])
  expect(first).toEqual({
    ...said('web-a', '10.0.0.7'),
    alike: { objects: 2, count: 33, countIsLowerBound: true, time: '2026-11-21T11:59:57Z' },
  })
})

test('the name of a pod in its own message is no difference, that of another thing is one', () => {
  const volume = (pod: string, text: string) => said(pod, '', { text: text.replace('POD', pod) })
  expect(mergeAlike([volume('web-0', 'back-off in POD')], [volume('web-1', 'back-off in POD')])).toHaveLength(
    1,
  )
  expect(mergeAlike([volume('web-0', 'claim a'), volume('web-0', 'claim b')])).toHaveLength(2)
})

test('another port, another field and another kind stay what they are', () => {
  const port = said('web-a', '10.0.0.7')
  expect(mergeAlike([port, { ...port, text: port.text.replaceAll('8080', '9090') }])).toHaveLength(2)
  expect(mergeAlike([port, { ...port, path: 'status.phase' }])).toHaveLength(2)
  expect(mergeAlike([port, { ...port, object: 'ReplicaSet shop/web-a' }])).toHaveLength(2)
})

test('what only others have is not told, and one fact stays as it is', () => {
  const own = [said('web-a', '10.0.0.7')]
  expect(mergeAlike(own, [said('web-b', '', { text: 'something else' })])).toEqual(own)
})

test('one and the same fact counts once, however many pods rest on it', () => {
  const neighbour = said('other', '10.0.0.9')
  expect(mergeAlike([said('web-a', '10.0.0.7'), neighbour], [neighbour, neighbour])[0]?.alike).toEqual({
    objects: 2,
    count: 32,
    time: '2026-11-21T11:59:55Z',
  })
})
