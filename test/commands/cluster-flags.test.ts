import { expect, test } from '@jest/globals'
import { kubectlWords, REPEATED_FLAGS } from '../../src/commands/shared/cluster-flags.ts'

test('a printed command reaches the same cluster as the same user, and holds no token', () => {
  const given = {
    context: 'prod',
    'as-group': ['dev', 'ops'],
    'client-certificate': 'me.crt',
    'client-key': 'me.key',
    'insecure-skip-tls-verify': true,
    token: 'secret',
    'request-timeout': 30,
  }
  expect(kubectlWords(given).join(' ')).toBe(
    'kubectl --context prod --as-group dev --as-group ops --client-certificate me.crt --client-key me.key --insecure-skip-tls-verify',
  )
  expect(kubectlWords({})).toEqual(['kubectl'])
})

test('a runbook repeats the same flags', () => {
  expect(REPEATED_FLAGS).toEqual(expect.arrayContaining(['client-certificate', 'client-key', 'kubeconfig']))
  expect(REPEATED_FLAGS).not.toContain('token')
})
