import { describe, expect, test } from '@jest/globals'
import { sessionFor } from '../../src/commands/shared/session.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'

const gap = (resource: Gap['resource'], namespace?: string): Gap => ({
  resource,
  ...(namespace === undefined ? {} : { namespace }),
  reason: 'Unreadable',
  message: 'the server answered with a number, not with a PodList',
})

describe('a look of --watch', () => {
  test('fails where it cannot read what the look before could', () => {
    const session = sessionFor({})
    session.compare([])
    expect(() => session.compare([gap('pods')])).toThrow(
      'could not read pods: the server answered with a number, not with a PodList',
    )
    expect(() => session.compare([gap('pods', 'shop')])).toThrow('could not read pods')
    expect(() => session.compare([])).not.toThrow()
  })

  test('may miss what the first look missed, until it was there once', () => {
    const session = sessionFor({})
    session.compare([gap('nodes')])
    expect(() => session.compare([gap('nodes')])).not.toThrow()
    session.compare([])
    expect(() => session.compare([gap('nodes')])).toThrow('could not read nodes')
  })

  test('may not miss more at first than what was known before', () => {
    expect(() => sessionFor({}, [gap('nodes')]).compare([gap('nodes')])).not.toThrow()
    expect(() => sessionFor({}, []).compare([gap('nodes')])).toThrow('could not read nodes')
  })

  test('may miss logs', () => {
    const session = sessionFor({})
    session.compare([])
    expect(() => session.compare([gap('pods/log', 'shop')])).not.toThrow()
  })
})
