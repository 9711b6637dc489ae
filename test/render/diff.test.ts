import { describe, expect, test } from '@jest/globals'
import { applyPatch } from 'diff'
import fc from 'fast-check'
import { stringify } from 'yaml'
import type { Finding, Fix } from '../../src/model/report/finding.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { fixDiffs } from '../../src/probes/fix-diffs.ts'
import { fixDiffsText } from '../../src/render/formats/diff.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { clusterOf, container, deployment, EVERYTHING } from '../helpers/builders.ts'
import { recordedFailures } from '../helpers/recordings.ts'

const OPTIONS = { style: PLAIN, yaml: (object: object) => stringify(object) }

const finding = (fixes: readonly Fix[]) =>
  ({
    code: 'hang',
    severity: 'Error',
    confidence: 'Likely',
    subject: { namespace: 'shop', kind: 'Deployment', name: 'web', container: 'app' },
    fixes,
  }) as unknown as Finding
const probe = { httpGet: { port: 80 }, failureThreshold: 3 }
const [web] = deployment({ containers: [container({ livenessProbe: probe })] }, { status: { replicas: 1 } })
const change = (failureThreshold: number): Fix => ({
  title: 'wait longer',
  risk: 'Low',
  patch: {
    target: { namespace: 'shop', kind: 'Deployment', name: 'web' },
    type: 'strategic',
    value: {
      spec: { template: { spec: { containers: [{ name: 'app', livenessProbe: { failureThreshold } }] } } },
    },
  },
})
const textOf = (fixes: readonly Fix[]) => fixDiffsText(fixDiffs(clusterOf([web]), [finding(fixes)]), OPTIONS)

describe('the diff of fixes', () => {
  test('shows the changed lines with three around them', () =>
    expect(textOf([change(9)])).toBe(`# Error: Deployment shop/web, container app (hang, likely)
# wait longer (risk: Low)
--- deployment/web
+++ deployment/web
@@ -19,4 +19,4 @@
           livenessProbe:
             httpGet:
               port: 80
-            failureThreshold: 3
+            failureThreshold: 9
`))

  test('leaves out what the cluster writes', () =>
    expect(textOf([change(9)])).not.toMatch(/uid|status|managedFields/))

  test('says so where no fix changes anything', () =>
    expect(textOf([{ title: 'look', risk: 'Inspect', command: 'kubectl get pods' }])).toMatch(/^No fix/))

  test('shows something for every patch and replacement that reports on recordings propose', () => {
    let shown = 0
    for (const { snapshot } of recordedFailures()) {
      const cluster = indexCluster(snapshot)
      const { findings } = probeCheck(cluster, EVERYTHING)
      for (const one of fixDiffs(cluster, findings)) {
        shown++
        const lines = fixDiffsText([one], OPTIONS).split('\n').slice(4)
        const changed = lines.filter((line) => /^[-+]/.test(line))
        expect(changed.length).toBeGreaterThan(0)
        expect(changed.length).toBeLessThan(20)
      }
    }
    expect(shown).toBeGreaterThan(10)
  })
})

test('the diff of any two objects makes the second of the first', () => {
  const fields = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom(1, 2, 3))
  const objects = fc.record({ probe: fields, other: fields, list: fc.array(fields, { maxLength: 8 }) })
  fc.assert(
    fc.property(objects, objects, (before, after) => {
      const text = fixDiffsText([{ finding: finding([]), fix: change(9), before, after }], OPTIONS)
      expect(applyPatch(stringify(before), text)).toBe(stringify(after))
    }),
  )
})
