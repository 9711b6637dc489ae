import { describe, expect, test } from '@jest/globals'
import { kubectl, mustKubectl } from './harness/kubectl.ts'

/** What the shell gets to offer: kubectl itself calls the completion of the plugin. */
const offered = (user: string, ...words: string[]): readonly string[] => {
  const { stdout } = kubectl(['__complete', ...words], { user })
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
}

describe('completion through kubectl', () => {
  test('names what is in the cluster', () => {
    mustKubectl(['create', 'namespace', 'completion'])
    mustKubectl(['create', 'deployment', 'web', '-n', 'completion', '--image=example.test/web:1'])
    expect(offered('admin', 'probe-check', '-n', 'completion', 'deploy/')).toEqual(['deploy/web', ':4'])
    expect(offered('admin', 'explain-events', '-n', 'comple')).toEqual(['completion', ':4'])
    expect(offered('admin', 'drain-plan', '--context', '')).toContain('test')
    mustKubectl(['delete', 'namespace', 'completion', '--wait=false'])
  })

  test('is silent for somebody who may not read, and for a server that is away', () => {
    expect(offered('expired', 'probe-check', 'deploy/')).toEqual([':4'])
    expect(offered('admin', 'probe-check', '--server=https://127.0.0.1:1', 'deploy/')).toEqual([':4'])
  })
})
