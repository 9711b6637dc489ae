import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { explainEvents } from '../../src/events/explain.ts'
import { indexCluster } from '../../src/model/cluster.ts'
import type { Patch } from '../../src/model/finding.ts'
import type { KubeObject } from '../../src/model/kubernetes.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { recordedFailures } from '../helpers/corpus.ts'
import { createIn, freshNamespace, mustKubectl } from './harness/kubectl.ts'
import { remove } from './harness/nodes.ts'
import { changes, meantFields, patchArgs } from './harness/patches.ts'

const everything = { selection: { targets: [], selector: [] } }

/** What the reports on the recorded failures propose, and can be given to the API server. */
const CASES = recordedFailures().flatMap(({ name, snapshot }) => {
  const cluster = indexCluster(snapshot)
  const found = [
    ...probeCheck(cluster, everything).findings,
    ...explainEvents(cluster, { ...everything, all: true }).incidents,
  ]
  const fixes = found
    .flatMap((finding) => finding.fixes)
    .filter(({ patch, replace }) => patch !== undefined || replace !== undefined)
  const distinct = new Map(fixes.map((fix) => [JSON.stringify(fix), fix]))
  return distinct.size === 0 ? [] : [[name, [...distinct.values()]] as const]
})

describe('the API server accepts what the fixes propose, and it changes what they say', () => {
  test('there are such fixes', () => expect(CASES.length).toBeGreaterThan(5))

  test.each(CASES)('%s', async (name, fixes) => {
    const namespace = await freshNamespace('patches')
    try {
      createIn(namespace, ...manifestsOf(name))
      for (const { patch, replace } of fixes) {
        if (patch !== undefined) tryPatch(patch, namespace)
        if (replace !== undefined) tryReplacement(replace, namespace)
      }
    } finally {
      remove(namespace, [])
    }
  })
})

function manifestsOf(failure: string): readonly object[] {
  const path = join('test', 'corpus', 'failures', failure, 'manifest.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { items: readonly object[] }).items
}

function tryPatch(patch: Patch, namespace: string): void {
  const { kind, name } = patch.target
  const before = JSON.parse(mustKubectl(['get', kind, name, '-n', namespace, '-o', 'json']))
  const after = JSON.parse(mustKubectl([...patchArgs(patch, namespace), '--dry-run=server', '-o', 'json']))
  const changed = changes(before.spec, after.spec, 'spec')
  const meant = meantFields(patch.value)
  expect(changed).not.toEqual([])
  expect(changed.filter((path) => !path.split('/').some((part) => meant.includes(part)))).toEqual([])
}

/** `kubectl replace --force` has no dry run: the old one goes, and what would be created is asked. */
function tryReplacement(replace: KubeObject, namespace: string): void {
  const { kind, metadata } = replace
  const stdin = JSON.stringify({ ...replace, metadata: { ...metadata, namespace } })
  mustKubectl(['delete', kind, metadata.name, '-n', namespace, '--ignore-not-found', '--now'])
  mustKubectl(['create', '--dry-run=server', '-f', '-'], { stdin })
}
