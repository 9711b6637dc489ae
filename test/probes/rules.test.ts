import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readFiles } from '../../src/kube/files/files.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { applyPatch, type Patch } from '../../src/model/kubernetes/patch.ts'
import type { Finding, Fix } from '../../src/model/report/finding.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { type RuleSettings, ruleSettings } from '../../src/probes/configuration.ts'
import type { Rule } from '../../src/probes/rules/rule.ts'
import { RULES } from '../../src/probes/rules/rules.ts'
import { ago, clusterOf, container, deployment, event, ownedBy, pod } from '../helpers/builders.ts'

const ROOT = join(import.meta.dirname, '..', '..')

const FIXTURES = join(ROOT, 'test', 'fixtures', 'rules')

const PAGES = join(ROOT, 'docs', 'rules')

const EVERYTHING = { targets: [], selector: [] }

async function* nothing(): AsyncGenerator<string> {}

const read = async (id: string, name: 'fires' | 'quiet') =>
  readFiles([join(FIXTURES, id, `${name}.yaml`)], { stdin: nothing(), clock: '2026-11-21T12:30:00Z' })

/** What turns a rule on that is asked for only. */
const turnedOn = (id: string): RuleSettings => {
  const rule = RULES.find((one) => one.id === id)
  return new Map(rule?.optIn ? [[id, rule.severity]] : [])
}

async function remarks(id: string, name: 'fires' | 'quiet', rules: RuleSettings = turnedOn(id)) {
  const { findings } = probeCheck(indexCluster(await read(id, name)), { selection: EVERYTHING, rules })
  return findings.filter(({ configuration }) => configuration)
}

const codes = (findings: readonly Finding[]) => [...new Set(findings.map(({ code }) => code))]

const of = (objects: readonly KubeObject[], rules: RuleSettings = new Map()) =>
  probeCheck(clusterOf(objects), { selection: EVERYTHING, rules }).findings

const ARTICLE = {
  Patch: 'a patch that makes it silent',
  Command: 'a command, and no patch,',
  Words: 'what to do in words, and no patch,',
  None: 'nothing',
} as const

/** The most that the fixes of one remark offer. */
function kindOfFix(fixes: readonly Fix[]): Rule['fix'] {
  if (fixes.some(({ patch }) => patch !== undefined)) return 'Patch'
  if (fixes.some(({ command }) => command !== undefined)) return 'Command'
  return fixes.some(({ title }) => title !== '') ? 'Words' : 'None'
}

/** The objects with one of them patched. */
const patched = (objects: readonly KubeObject[], patch: Patch): readonly KubeObject[] =>
  objects.map((object) =>
    object.kind === patch.target.kind && object.metadata.name === patch.target.name
      ? applyPatch(object, patch)
      : object,
  )

describe.each(RULES)('$id', ({ id, summary, docs, severity, optIn, fix }) => {
  test('has an id, a summary and a page that say the same', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
    expect(summary).toMatch(/^[A-Zm][^.]*\.$/)
    expect(docs).toMatch(/^https:\/\/kubernetes\.io\/docs\/.*\/$/)
    const page = readFileSync(join(PAGES, `${id}.md`), 'utf8')
    expect(page.startsWith(`# ${id}\n\n${summary}`)).toBe(true)
    expect(page).toContain(`<${docs}>`)
  })

  test('fires on its example, alone, and never as a root cause', async () => {
    const found = await remarks(id, 'fires')
    expect(codes(found)).toEqual([id])
    for (const { rootCause, severity: given, evidence, explanation } of found) {
      expect(rootCause).toBe(false)
      expect(['Info', severity]).toContain(given)
      expect(evidence.length).toBeGreaterThan(0)
      expect(explanation).toMatch(/\.$/)
    }
  })

  test('is silent on its near miss', async () => {
    expect(codes(await remarks(id, 'quiet'))).not.toContain(id)
  })

  test(`has ${ARTICLE[fix]} as its fix`, async () => {
    const found = await remarks(id, 'fires')
    expect(found.map(({ fixes }) => kindOfFix(fixes))).toEqual(found.map(() => fix))
    const { objects } = await read(id, 'fires')
    const patches = found.flatMap(({ fixes }) => fixes.find(({ patch }) => patch !== undefined)?.patch ?? [])
    const mended = patches.reduce(patched, Object.values(objects).flat() as readonly KubeObject[])
    expect(codes(of(mended, turnedOn(id))).includes(id)).toBe(fix !== 'Patch')
  })

  test('can be turned off, and made louder', async () => {
    expect(await remarks(id, 'fires', ruleSettings([`${id}=off`]))).toEqual([])
    const loud = await remarks(id, 'fires', ruleSettings([`${id}=error`]))
    expect(loud.map((one) => one.severity)).toEqual(loud.map(() => 'Error'))
  })

  test.each(['workload', 'template'])('is silent where the annotation of the %s names it', async (where) => {
    const snapshot = await read(id, 'fires')
    const annotated = (object: KubeObject): KubeObject => {
      const annotations = { 'rollout-safety/ignore': `no-such-rule, ${id}` }
      const marked = { ...object, metadata: { ...object.metadata, annotations } }
      const { spec } = object as { spec?: { template?: { metadata?: object } } }
      if (where === 'workload' || spec?.template === undefined) return marked
      const metadata = { ...spec.template.metadata, annotations }
      return { ...object, spec: { ...spec, template: { ...spec.template, metadata } } } as KubeObject
    }
    const objects = Object.values(snapshot.objects).flat().map(annotated)
    expect(codes(of(objects, turnedOn(id)))).not.toContain(id)
  })

  test('is asked only by those who want it, where it is a matter of taste', async () => {
    if (optIn === true) expect(await remarks(id, 'fires', new Map())).toEqual([])
  })
})

test('what is opt-in while all pods are Ready is a remark of a manifest, and of a workload of which one is not', async () => {
  const id = 'disruption-budget-keeps-broken-pods'
  expect(await remarks(id, 'fires', new Map())).toMatchObject([{ code: id, severity: 'Info' }])
  const { objects } = await read(id, 'fires')
  const running = (Object.values(objects).flat() as readonly KubeObject[]).map((object) => ({
    ...object,
    metadata: { ...object.metadata, uid: `${object.kind}-1` },
  }))
  expect(codes(of(running))).not.toContain(id)
  const [workload] = running.filter(({ kind }) => kind === 'Deployment')
  const { template } = (workload as { spec?: { template?: { metadata?: object; spec?: object } } }).spec ?? {}
  const pod = (status: object) =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...template?.metadata,
        name: 'one',
        namespace: workload?.metadata.namespace,
        uid: 'one',
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name: workload?.metadata.name,
            uid: 'Deployment-1',
            controller: true,
          },
        ],
      },
      spec: template?.spec,
      status,
    }) as unknown as KubeObject
  const ready = (status: string) => ({ phase: 'Running', conditions: [{ type: 'Ready', status }] })
  expect(codes(of([...running, pod(ready('False'))]))).toContain(id)
  expect(codes(of([...running, pod(ready('True'))]))).not.toContain(id)
  expect(codes(of([...running, pod({ phase: 'Pending' })]))).not.toContain(id)
})

test('ids are unique, and no page or example is left of a rule that is gone', () => {
  const ids = RULES.map(({ id }) => id).sort()
  expect(new Set(ids).size).toBe(ids.length)
  expect(readdirSync(FIXTURES).sort()).toEqual(ids)
  expect(
    readdirSync(PAGES)
      .filter((file) => !['README.md', 'neighbours.md'].includes(file))
      .sort(),
  ).toEqual(ids.map((id) => `${id}.md`))
})

test('the page on other tools names only rules that there are', () => {
  const page = readFileSync(join(PAGES, 'neighbours.md'), 'utf8')
  const links = [...page.matchAll(/\[`([^`]+)`\]\(([^)]+)\.md\)/g)]
  expect(links.length).toBeGreaterThan(20)
  for (const [, name = '', target] of links) {
    expect(target).toBe(name)
    expect(RULES.map(({ id }) => id)).toContain(name)
  }
})

test('no workload that runs well gets more than Info', async () => {
  const corpus = join(ROOT, 'test', 'corpus', 'failures')
  const healthy = readdirSync(corpus).filter((name) => {
    const label = join(corpus, name, 'label.json')
    return existsSync(label) && JSON.parse(readFileSync(label, 'utf8')).cause === 'none'
  })
  expect(healthy).not.toEqual([])
  for (const name of healthy) {
    const snapshot = await readFiles([join(corpus, name)], {
      stdin: nothing(),
      clock: '2026-11-21T12:30:00Z',
    })
    const { findings } = probeCheck(indexCluster(snapshot), { selection: EVERYTHING })
    expect(findings.filter(({ severity }) => severity !== 'Info')).toEqual([])
  }
})

describe('what a rule says', () => {
  test('is left out where a cause says the same', () => {
    const probe = { httpGet: { port: 'htpp' } }
    const spec = {
      containers: [container({ ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: probe })],
    }
    const [top, replicaSet] = deployment(spec)
    const running = pod({ metadata: ownedBy(replicaSet), spec })
    const text =
      'Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "htpp": invalid syntax'
    const unready = {
      ...running,
      status: {
        ...running.status,
        containerStatuses: running.status?.containerStatuses?.map((one) => ({ ...one, ready: false })),
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(600) }],
      },
    } as KubeObject
    const found = codes(of([top, replicaSet, unready, event('Unhealthy', text)]))
    expect(found).toContain('port-name-unknown')
    expect(found).not.toContain('probe-port-name-undeclared')
    expect(codes(of([top, replicaSet]))).toContain('probe-port-name-undeclared')
  })

  test('comes with a patch of the template where the right value is known', async () => {
    const [remark] = await remarks('probe-port-name-undeclared', 'fires')
    expect(remark?.subject).toMatchObject({
      kind: 'Deployment',
      name: 'web',
      container: 'app',
      probe: 'readiness',
    })
    expect(remark?.evidence[0]).toMatchObject({
      object: 'Deployment shop/web',
      path: 'spec.template.spec.containers[0].readinessProbe.httpGet.port',
      text: 'htpp',
    })
    expect(remark?.fixes[0]?.patch).toEqual({
      target: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      type: 'strategic',
      value: {
        spec: {
          template: {
            spec: { containers: [{ name: 'app', readinessProbe: { httpGet: { port: 'http' } } }] },
          },
        },
      },
    })
  })

  test('names the line of the manifest where no patch can be applied', async () => {
    const [remark] = await remarks('success-threshold-not-one', 'fires')
    expect(remark?.fixes).toEqual([
      { title: expect.stringMatching(/^In .*fires\.yaml:1: set successThreshold/), risk: 'Low' },
    ])
  })

  test('does not take "no Services were read" for "no Services"', async () => {
    const snapshot = await read('no-readiness-probe', 'fires')
    const gaps = [{ resource: 'services', reason: 'Forbidden', message: 'no' }] as const
    const { findings } = probeCheck(indexCluster({ ...snapshot, gaps }), { selection: EVERYTHING })
    expect(codes(findings)).toEqual([])
  })

  test('does not take a readiness that came back for a slow start', async () => {
    const snapshot = await read('startup-budget-below-observed', 'fires')
    const objects = JSON.parse(
      JSON.stringify(Object.values(snapshot.objects).flat()).replaceAll('12:00:55Z', '12:20:00Z'),
    )
    expect(codes(of(objects))).toEqual([])
  })
})

test('--rule says what is wrong with it', () => {
  expect(() => ruleSettings(['image-lates=off'])).toThrow('there is no rule "image-lates"')
  expect(() => ruleSettings(['image-latest=loud'])).toThrow(
    'allowed severities are error, warning, info, off',
  )
  expect(() => ruleSettings(['image-latest'])).toThrow('allowed severities')
})
