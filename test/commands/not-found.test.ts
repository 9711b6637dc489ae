import { describe, expect, test } from '@jest/globals'
import { nodesMeant } from '../../src/commands/drain/nodes.ts'
import { readSelected } from '../../src/commands/shared/input.ts'
import { explainEvents } from '../../src/events/explain.ts'
import { UserError } from '../../src/model/errors.ts'
import { apiVersionOf, KINDS, RESOURCES, resourceOf } from '../../src/model/kubernetes/kinds.ts'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { parseSelector } from '../../src/model/kubernetes/selector.ts'
import type { Cluster } from '../../src/model/snapshot/cluster.ts'
import { parseTargets } from '../../src/model/snapshot/selection.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { apiServer, refusal } from '../helpers/apiserver.ts'
import { clusterOf, event, NOW, node, pod, snapshotOf } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'
import { notRecorded, regarding } from '../helpers/incidents.ts'

/** What a user reads of the error that this ends with: the sentence, and what to do. */
async function told(use: () => unknown): Promise<string> {
  try {
    await use()
  } catch (error) {
    if (error instanceof UserError) return [error.sentence, error.hint ?? ''].join('\n')
    throw error
  }
  return 'no error'
}

const labelled = (name: string, labels: Readonly<Record<string, string>>, changes: object = {}) =>
  pod({ metadata: { name, uid: name, labels }, ...changes })

const object = (apiVersion: string, kind: string, name: string, spec: object): KubeObject =>
  ({ apiVersion, kind, metadata: { name, namespace: 'shop', uid: `${kind}-${name}` }, spec }) as KubeObject

const FRONT = labelled('front', { app: 'front', tier: 'web' })
const CART = labelled('cart', { app: 'cart', tier: 'web' })

const selected = (cluster: Cluster, words: string, labels = '') =>
  probeCheck(cluster, {
    selection: {
      targets: parseTargets(words === '' ? [] : words.split(' ')),
      selector: parseSelector(labels),
      namespace: 'shop',
    },
  }).workloads.map(({ name }) => name)

describe('labels that nothing has', () => {
  const cluster = clusterOf([FRONT, CART])
  test.each([
    ['ap=cart', 'no workload in namespace "shop" with the labels ap=cart\nDid you mean "app"?'],
    ['team=a', /team=a\nNothing has the label team; there are: app and tier\.$/],
    ['app=crat', /app=crat\nDid you mean "cart"\?$/],
    ['app=search', /app=search\nThe values of app are: cart and front\.$/],
    ['app=cart,tier!=web', /\nEverything has the label tier with web\.$/],
    ['!app', /\nEverything has the label app\.$/],
    ['app=cart,app!=cart', /\nEach of these labels is there, but nothing has all of them\.$/],
  ])('%s', async (labels, says) => {
    expect(await told(() => selected(cluster, '', labels))).toMatch(says)
  })

  test('a namespace without workloads has none with labels either, and that is no mistake', () => {
    expect(selected(clusterOf([]), '', 'app=cart')).toEqual([])
  })

  test('a manifest is selected by the labels that its pods will have', () => {
    const template = { metadata: { labels: { app: 'new' } }, spec: { containers: [] } }
    const fresh = object('apps/v1', 'Deployment', 'fresh', { template })
    expect(selected(clusterOf([fresh, CART]), '', 'app=new')).toEqual(['fresh'])
  })
})

describe('what leads to pods without owning them', () => {
  const claim = { name: 'v', persistentVolumeClaim: { claimName: 'data' } }
  const cluster = clusterOf([
    FRONT,
    CART,
    labelled('db', { app: 'db' }, { spec: { volumes: [claim] } }),
    object('v1', 'Service', 'web', { selector: { tier: 'web' } }),
    object('v1', 'Service', 'typo', { selector: { tier: 'wbe' } }),
    object('v1', 'Service', 'outside', { type: 'ExternalName' }),
    object('policy/v1', 'PodDisruptionBudget', 'cart', { selector: { matchLabels: { app: 'cart' } } }),
    object('networking.k8s.io/v1', 'NetworkPolicy', 'all', { podSelector: {} }),
    object('v1', 'PersistentVolumeClaim', 'data', {}),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', 'scaler', {
      scaleTargetRef: { kind: 'Pod', name: 'front' },
    }),
    object('v1', 'ResourceQuota', 'q', {}),
  ])
  test.each([
    ['svc/web', ['cart', 'front']],
    ['services', ['cart', 'front']],
    ['pdb/cart', ['cart']],
    ['pdb/cart pod/db', ['cart', 'db']],
    ['netpol/all', ['cart', 'db', 'front']],
    ['pvc/data', ['db']],
    ['hpa/scaler', ['front']],
  ])('probe-check %s', (words, names) => {
    expect(selected(cluster, words)).toEqual(names)
  })

  test.each([
    ['svc/typo', 'services "typo" leads to no workload'],
    ['svc/outside', 'services "outside" leads to no workload'],
    ['svc/wbe', 'services "wbe" not found in namespace "shop"\nDid you mean "web"?'],
    ['svc/cart', 'services "cart" not found in namespace "shop"\nThere is pod/cart.'],
    ['quota/q', 'resourcequotas have no probes and lead to no pods'],
    [
      'job/db-migration',
      'There are no jobs in namespace "shop"; the workloads are pod/cart, pod/db and pod/front.',
    ],
    ['pod/cat', 'Did you mean "cart"?'],
    ['pod/zzzzzz', 'There are cart, db and front.'],
  ])('probe-check %s names what is not there', async (words, says) => {
    expect(await told(() => selected(cluster, words))).toContain(says)
  })

  test('what was not read cannot be followed, and that is said', async () => {
    const unread = clusterOf([CART], { gaps: notRecorded('services') })
    expect(await told(() => selected(unread, 'svc/web'))).toContain(
      'services "web" is not known: services could not be read',
    )
  })

  test('explain-events of a Service is about its pods', () => {
    const failed = (name: string) =>
      event('Failed', 'Error: secret "b" not found', {
        ...regarding('Pod', name),
        metadata: { name: `${name}.1` },
      })
    const broken = clusterOf([...cluster.objects.services, FRONT, CART, failed('front'), failed('nobody')])
    const { eventsRead } = explainEvents(broken, {
      selection: { targets: parseTargets(['svc/web']), selector: [], namespace: 'shop' },
    } as never)
    expect(eventsRead).toBe(1)
  })
})

describe('filters of explain-events', () => {
  const cluster = clusterOf([pod(), event('OperatorBusy', 'x'), event('Failed', 'y')])
  const filtered = (options: object) =>
    told(() => explainEvents(cluster, { selection: { targets: [], selector: [] }, ...options } as never))
  test.each([
    [
      { reasons: ['Unhelthy'] },
      'invalid argument "Unhelthy" for --reason: there is no such reason\nDid you mean "Unhealthy"?',
    ],
    [{ reasons: ['Failed', 'Zzzzzz'] }, 'The events have Failed and OperatorBusy.'],
    [{ causes: ['port-closd'] }, 'Did you mean "port-closed"?'],
  ])('%j', async (options, says) => {
    expect(await filtered(options)).toContain(says)
  })

  test.each([
    { reasons: ['FailedMount'] },
    { reasons: ['operatorbusy'] },
    { causes: ['oom-killed'] },
    { causes: ['Failed-Get-Scale'] },
  ])('%j is known, and may be absent', async (options) => {
    expect(await filtered(options)).toBe('no error')
  })
})

describe('nodes of drain-plan', () => {
  const labels = { pool: 'blue', 'topology.kubernetes.io/zone': 'a' }
  const snapshot = snapshotOf([
    node({ metadata: { name: 'n1', labels } }),
    node({ metadata: { name: 'n2', labels: { pool: 'red' } } }),
    CART,
  ])
  const nodes = (flags: object, named: readonly string[] = [], from = snapshot) =>
    nodesMeant({ 'all-nodes': false, ...flags }, named, from)

  test.each([
    [
      { selector: parseSelector('pool=bleu') },
      [],
      /^no node with the labels pool=bleu\nDid you mean "blue"\?$/,
    ],
    [{ 'all-nodes': true, selector: parseSelector('spot') }, [], /Nothing has the label spot/],
    [
      { by: 'zone', 'all-nodes': true },
      [],
      /^invalid argument "zone" for --by: none of the nodes has such a label/,
    ],
    [{ by: 'topology.kubernetes.io/zone' }, ['n2'], /Their labels are .*pool/],
    [
      { 'pod-selector': parseSelector('app=crat') },
      ['n1'],
      /^no pod with the labels app=crat\nDid you mean "cart"\?$/,
    ],
  ])('%j %j', async (flags, named, says) => {
    expect(await told(() => nodes(flags, named))).toMatch(says)
  })

  test('none at all', async () => {
    expect(await told(() => nodes({ 'all-nodes': true }, [], snapshotOf([])))).toMatch(
      /^there are no nodes\n/,
    )
  })

  test('the key of --by on one of them is enough, and the order of the command line stays', () => {
    expect(nodes({ by: 'topology.kubernetes.io/zone' }, ['n2', 'n1'])).toEqual(['n2', 'n1'])
    expect(nodes({ selector: parseSelector('pool') })).toEqual(['n1', 'n2'])
  })
})

/** What probe-check says of a namespace of a server that has `shop`, with one pod, and `empty`. */
function fromServer(namespace: string, words: readonly string[] = [], mayListNamespaces = true) {
  const names = ['empty', 'shop']
  const server = apiServer(({ pathname }) => {
    if (pathname === '/api/v1/namespaces')
      return mayListNamespaces
        ? { body: { items: names.map((name) => ({ metadata: { name } })) } }
        : refusal(403, 'Forbidden', 'namespaces is forbidden')
    if (pathname === '/version') return { body: { gitVersion: 'v1.36.3' } }
    const resource = RESOURCES.find((one) => pathname.endsWith(`/${one}`))
    if (resource === undefined) return { code: 404, body: {} }
    const gone = event('Killing', 'Stopping container app', regarding('Pod', 'gone'))
    const items = [CART, gone].filter(
      ({ apiVersion, kind }) =>
        pathname.includes('/namespaces/shop/') && resourceOf(apiVersion, kind) === resource,
    )
    return {
      body: { apiVersion: apiVersionOf(resource), kind: `${KINDS[resource].kind}List`, metadata: {}, items },
    }
  })
  return server.then(async ({ url, paths }) => {
    const flags = { server: url, recursive: false, now: NOW, namespace }
    const says = await told(() => readSelected(flags, 'explain-events', words))
    return { says, paths }
  })
}

test('what is gone from a live cluster is explained by its events', async () => {
  expect((await fromServer('shop', ['pod/gone'])).says).toBe('no error')
})

describe('a namespace', () => {
  test('that the server does not have', async () => {
    expect((await fromServer('shpo')).says).toBe('namespaces "shpo" not found\nDid you mean "shop"?')
  })

  test('that has nothing in it, or that nobody may ask for', async () => {
    expect((await fromServer('empty')).says).toBe('no error')
    expect((await fromServer('shpo', [], false)).says).toBe('no error')
  })

  test('is asked for only where nothing was found in it', async () => {
    const { says, paths } = await fromServer('shop', ['pdb/web'])
    expect(says).toBe('no error')
    expect(paths.some((path) => path.startsWith('/api/v1/namespaces?'))).toBe(false)
    // Of a kind that the command does not read otherwise, because it was named.
    expect(paths.some((path) => path.includes('/namespaces/shop/poddisruptionbudgets'))).toBe(true)
  })

  test('that files have nothing of', async () => {
    const folder = folderWith({ 'a.json': { apiVersion: 'v1', kind: 'List', items: [CART] } })
    const read = (namespace: string, files: string) =>
      told(() => readSelected({ filename: [files], recursive: false, namespace }, 'probe-check', []))
    expect(await read('shpo', folder)).toBe('namespaces "shpo" not found\nDid you mean "shop"?')
    expect(await read('shop', folder)).toBe('no error')
    const nothing = folderWith({ 'a.json': { apiVersion: 'v1', kind: 'PodList', items: [] } })
    expect(await read('shpo', nothing)).toBe('no error')
  })
})
