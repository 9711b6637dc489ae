import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { Finding } from '../../src/model/report/finding.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { RULES } from '../../src/probes/rules/rules.ts'
import { probeReportText } from '../../src/render/probes/report.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { clusterOf, EVERYTHING } from '../helpers/builders.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures/rules')
const objectsOf = (id: string): readonly KubeObject[] =>
  parseAllDocuments(readFileSync(join(FIXTURES, id, 'fires.yaml'), 'utf8')).map(
    (one) => one.toJS() as KubeObject,
  )

/** The objects of a rule's example as a server has them, kept by these labels or annotations. */
const kept = (id: string, metadata: object, uid = true): readonly KubeObject[] =>
  objectsOf(id).map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      ...(uid ? { uid: `${object.kind}-${object.metadata.name}` } : {}),
      ...metadata,
    },
  }))

const ARGO = { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' } }
const report = (objects: readonly KubeObject[], id: string) =>
  probeCheck(clusterOf(objects), { ...EVERYTHING, rules: new Map([[id, 'Info']]) })
const patches = (findings: readonly Finding[]) =>
  findings.flatMap(({ fixes }) => fixes.filter(({ patch }) => patch !== undefined))

describe('a fix that changes what a GitOps tool keeps', () => {
  test.each(RULES.filter(({ fix }) => fix === 'Patch').map(({ id }) => id))('says so: %s', (id) => {
    const found = patches(report(kept(id, ARGO), id).findings)
    expect(found.length).toBeGreaterThan(0)
    for (const { patch, assumes } of found)
      expect(assumes).toEqual([
        expect.stringContaining(
          `${patch?.target.name} belongs to the Argo CD application shop: its next sync`,
        ),
      ])
  })

  const ID = 'disruption-budget-keeps-broken-pods'

  test('says nothing where nobody keeps it, or where the manifest itself is changed', () => {
    for (const objects of [kept(ID, {}), kept(ID, ARGO, false)])
      expect(patches(report(objects, ID).findings).map(({ assumes }) => assumes)).toEqual([undefined])
  })

  test('says it below the fix, once for each object', () => {
    const options = { style: PLAIN, wide: true, noHeaders: false, allNamespaces: true }
    const text = probeReportText(report(kept(ID, ARGO), ID), options)
    const said = 'PodDisruptionBudget shop/web belongs to the Argo CD application shop'
    expect(text.replace(/\s+/g, ' ').split(said)).toHaveLength(2)
  })
})
