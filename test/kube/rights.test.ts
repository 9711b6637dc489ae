import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { NEEDS } from '../../src/commands/shared/needs.ts'
import { KINDS, type Resource } from '../../src/model/kubernetes/kinds.ts'

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

test('the ClusterRole of docs/reading.md allows exactly what the commands read', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/reading.md'), 'utf8')
  const [, yaml = ''] = /```yaml\n(apiVersion: rbac[^`]*)```/.exec(page) ?? []
  const { rules } = parse(yaml) as { rules: readonly Rule[] }
  const allowed = rules.flatMap(({ apiGroups, resources, verbs }) =>
    resources.map((resource) => `${verbs} ${resource} in "${apiGroups}"`),
  )
  const read = new Set<Resource>(Object.values(NEEDS).flat())
  const needed = [...read].map((resource) => `list ${resource} in "${KINDS[resource].group}"`)
  expect(allowed.toSorted()).toEqual([...needed, 'get pods/log in ""'].sort())
})
