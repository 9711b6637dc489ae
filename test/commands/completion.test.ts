import { describe, expect, test } from '@jest/globals'
import { completions, completionText, type Lookup } from '../../src/commands/shared/completion.ts'

/** A cluster with a few names; what was asked of it is kept. */
function cluster() {
  const asked: string[] = []
  const lookup: Lookup = {
    objectNames: async (resource, flags) => {
      asked.push(`${resource} ${JSON.stringify(flags)}`)
      return resource === 'nodes' ? ['node-1', 'node-2'] : ['api', 'web']
    },
    labelKeys: async () => ['zone'],
    kubeconfigNames: async (what) => (what === 'contexts' ? ['prod', 'staging'] : []),
    codes: async (what) => [{ word: `${what}-code`, about: 'means this\nand that' }],
  }
  return { lookup, asked }
}

const complete = async (plugin: string, ...argv: string[]) => {
  const { suggestions, directive } = await completions(plugin, argv, cluster().lookup)
  return [...suggestions.map(({ word }) => word), directive]
}

describe('completion', () => {
  test('offers types first, without a space after the slash, and then names', async () => {
    expect(await complete('probe-check', 'de')).toEqual(['deployment/', 6])
    expect(await complete('probe-check', 'deploy/w')).toEqual(['deploy/web', 4])
    expect(await complete('explain-events', 'gateway/')).toEqual([4])
  })

  test('asks for names in the namespace and the cluster that the line has named so far', async () => {
    const { lookup, asked } = cluster()
    await completions('probe-check', ['-n', 'shop', '--context=prod', '-A', 'sts/'], lookup)
    expect(asked).toEqual(['statefulsets {"namespace":"shop","context":"prod","all-namespaces":true}'])
  })

  test('offers no name that the shell or kubectl would take for something else', async () => {
    const names = [
      'web',
      '--server=http://127.0.0.1:1',
      '-A',
      'a b',
      '$(boom)',
      'x\u200b',
      '\u001b[31m',
      'a\nb',
      '',
    ]
    const lookup: Lookup = { ...cluster().lookup, objectNames: async () => names }
    const offered = await completions('probe-check', ['pod/'], lookup)
    expect(offered.suggestions).toEqual([{ word: 'pod/web' }])
    const kubeconfig: Lookup = { ...lookup, kubeconfigNames: async () => ['prod', 'a\u009bb', 'a\nb\t'] }
    expect(completionText(await completions('probe-check', ['--context', ''], kubeconfig))).toBe('prod\n:4\n')
  })

  test('offers each node once', async () => {
    expect(await complete('drain-plan', 'node-1', '--force', '')).toEqual(['node-2', 4])
  })

  test('offers the flags of this plugin with what they mean', async () => {
    const { lookup } = cluster()
    const text = completionText(await completions('drain-plan', ['--ignore'], lookup))
    expect(text).toBe('--ignore-daemonsets\tAs in kubectl drain: leave DaemonSet pods alone.\n:4\n')
  })

  test('offers the values of a flag, in both ways to write it', async () => {
    expect(await complete('probe-check', '-o', 'y')).toEqual(['yaml', 4])
    expect(await complete('probe-check', '--output=y')).toEqual(['--output=yaml', 4])
    expect(await complete('drain-plan', '--context', '')).toEqual(['prod', 'staging', 4])
    expect(await complete('explain-events', '--cause', 'causes')).toEqual(['causes-code', 4])
    expect(await complete('explain-events', '--fail-on', 'w')).toEqual(['warning', 4])
  })

  test('leaves file names to the shell', async () => {
    expect(await complete('probe-check', '-f', '')).toEqual([0])
    expect(await complete('probe-check', '--kubeconfig', '/home')).toEqual([0])
  })

  test('offers every value of a closed list', async () => {
    expect(await complete('drain-plan', '--wave-mode', '')).toEqual(['rolling', 'removed', 4])
    expect(await complete('drain-plan', '--kubectl-version=1.3')).toContain('--kubectl-version=1.31')
    expect(await complete('drain-plan', '--by', '')).toEqual(['zone', 4])
    expect(await complete('explain-events', '--explain', 'reas')).toEqual(['reasons-code', 4])
    expect(await complete('probe-check', '--explain', 'reas')).toEqual([4])
  })

  test('gives all files of the line to whoever looks for names', async () => {
    const { lookup, asked } = cluster()
    await completions('drain-plan', ['-f', 'a', '--filename=b', '-R', ''], lookup)
    expect(asked).toEqual(['nodes {"filename":["a","b"],"recursive":true}'])
  })

  test('keeps what a word means on its line', async () => {
    const { lookup } = cluster()
    expect(completionText(await completions('explain-events', ['--cause', ''], lookup))).toBe(
      'causes-code\tmeans this and that\n:4\n',
    )
  })
})
