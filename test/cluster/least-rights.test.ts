import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { NEEDS, type Plugin } from '../../src/commands/shared/needs.ts'
import type { DrainPlanDocument } from '../../src/drain/document.ts'
import type { Gap } from '../../src/model/snapshot/snapshot.ts'
import { ENVIRONMENT, PLUGINS } from '../helpers/plugin.ts'
import { createBroken } from './harness/broken.ts'
import { kubeconfigPath } from './harness/control-plane.ts'
import { CONTROL_PLANE, create, createIn, freshNamespace, ROOT } from './harness/kubectl.ts'
import { addNodes, remove } from './harness/nodes.ts'
import { barePod, budget, daemonSet, part } from './harness/objects.ts'
import { runToEnd } from './harness/processes.ts'
import { type Rule, rulesIn } from './harness/rights.ts'

/** The role that docs/reading.md gives to be copied, right by right. */
const ROLE = rulesIn(/```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/reading.md', 'utf8'))?.[1] ?? '')
const RIGHTS = ROLE.flatMap(({ resources, verbs }) =>
  resources.flatMap((resource) => verbs.map((verb) => ({ resource, verb }))),
)
const without = (resource: string, verb: string): readonly Rule[] =>
  ROLE.map((rule) =>
    rule.verbs.includes(verb)
      ? { ...rule, resources: rule.resources.filter((name) => name !== resource) }
      : rule,
  ).filter(({ resources }) => resources.length > 0)

const COMMANDS: readonly Plugin[] = ['probe-check', 'drain-plan', 'explain-events']
/** Without these there is nothing to say: one sentence, exit code 2. */
const INDISPENSABLE: Readonly<Record<Plugin, readonly string[]>> = {
  'drain-plan': ['nodes', 'pods'],
  'probe-check': [],
  'explain-events': [],
}

/** Verdicts from the best to the worst; `Unknown` is always allowed, and none of these may come before that of all rights. */
const RANKS = ['Drains', 'DrainsDegraded', 'OrderDependent', 'Waits', 'Fails', 'Refused', 'Blocks']

let namespace = ''
let nodes: readonly string[] = []

/** A user of this name with these rules: everywhere, or in the namespace of the test. */
function allow(
  user: string,
  rules: readonly Rule[],
  where: 'everywhere' | 'namespace' = 'everywhere',
): object[] {
  const rbac = 'rbac.authorization.k8s.io'
  const role = { apiGroup: rbac, kind: 'ClusterRole', name: `${namespace}-${user}` }
  return [
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: role.name }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: where === 'everywhere' ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata: { name: role.name, ...(where === 'everywhere' ? {} : { namespace }) },
      roleRef: role,
      subjects: [{ apiGroup: rbac, kind: 'User', name: `${namespace}-${user}` }],
    },
  ]
}

const nameOf = (resource: string, verb: string) => `no-${verb}-${resource.replace('/', '-')}`

beforeAll(async () => {
  namespace = await freshNamespace('least')
  nodes = ['a', 'b'].map((letter) => `${namespace}-${letter}`)
  await addNodes(nodes)
  createIn(
    namespace,
    part('spare', 2),
    budget({ maxUnavailable: 0 }, 'tight'),
    daemonSet(),
    barePod('bare', {}, { app: 'bare' }),
  )
  await createBroken(namespace)
  create(
    ...allow('all', ROLE),
    ...RIGHTS.flatMap(({ resource, verb }) => allow(nameOf(resource, verb), without(resource, verb))),
    ...allow('here', ROLE, 'namespace'),
    ...allow(
      'get-only',
      ROLE.map((rule) => ({ ...rule, verbs: ['get'] })),
    ),
  )
}, 120_000)

afterAll(() => remove(namespace, nodes))

interface Told {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The command as this user, who may be anybody: the administrator impersonates them. */
function run(command: Plugin, user: string, ...more: readonly string[]): Promise<Told> {
  const about =
    command === 'drain-plan' ? [nodes[0] ?? '', '--ignore-daemonsets', '--force'] : ['-n', namespace]
  return runToEnd(
    join(PLUGINS, `kubectl-${command.replace('-', '_')}`),
    [...about, `--as=${namespace}-${user}`, ...more],
    { cwd: ROOT, env: { ...ENVIRONMENT, KUBECONFIG: kubeconfigPath(CONTROL_PLANE, 'admin') } },
    100,
  )
}

const needs = (command: Plugin, resource: string): boolean =>
  resource === 'pods/log'
    ? command !== 'drain-plan'
    : (NEEDS[command] as readonly string[]).includes(resource)

const verdictsOf = (stdout: string): readonly string[] =>
  (JSON.parse(stdout) as DrainPlanDocument).nodes.map(({ verdict }) => verdict)

test('with all rights of the role there is no gap, and something is wrong', async () => {
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await run(command, 'all', '-o', 'json')
    expect([command, stderr, code]).toEqual([command, '', 1])
    expect((JSON.parse(stdout) as { gaps: readonly Gap[] }).gaps).toEqual([])
  }
})

describe('each right of the role taken away', () => {
  test.each(RIGHTS)('$verb $resource', async ({ resource, verb }) => {
    const user = nameOf(resource, verb)
    await Promise.all(
      COMMANDS.map(async (command) => {
        const [whole, told] = await Promise.all([
          run(command, 'all', '-o', 'json'),
          run(command, user, '-o', 'json'),
        ])
        if (INDISPENSABLE[command].includes(resource)) {
          expect([command, told.code, told.stdout]).toEqual([command, 2, ''])
          expect(told.stderr).toContain(`${resource} could not be read: ${resource} is forbidden`)
          return
        }
        const { gaps } = JSON.parse(told.stdout) as { gaps: readonly Gap[] }
        expect([command, gaps.map((gap) => [gap.resource, gap.reason])]).toEqual([
          command,
          needs(command, resource) ? [[resource, 'Forbidden']] : [],
        ])
        // Nobody takes for well what is not known: without pods nothing can be said, and all else keeps its failure.
        expect([command, told.code]).toEqual([
          command,
          command === 'probe-check' && resource === 'pods' ? 2 : whole.code,
        ])
        if (command === 'drain-plan') {
          const [best] = verdictsOf(whole.stdout)
          for (const verdict of verdictsOf(told.stdout))
            if (verdict !== 'Unknown')
              expect(RANKS.indexOf(verdict)).toBeGreaterThanOrEqual(RANKS.indexOf(best ?? ''))
        }
        if (needs(command, resource)) {
          const text = await run(command, user)
          expect(text.stderr).toContain(`could not read ${resource === 'pods/log' ? 'logs' : resource}`)
        }
      }),
    )
  })
})

describe('rights in one namespace only', () => {
  test.each(['probe-check', 'explain-events'] as const)(
    '%s tells of it, and names what it can not see',
    async (command) => {
      const { code, stdout } = await run(command, 'here', '-o', 'json')
      const report = JSON.parse(stdout) as { gaps: readonly Gap[] }
      expect(code).toBe(1)
      // Nodes have no namespace; their events are in `default`.
      const missing = report.gaps.map((gap) => `${gap.resource} ${gap.reason} ${gap.namespace ?? ''}`)
      expect(missing).toContain('nodes Forbidden ')
      expect(missing.filter((one) => !/^(nodes|events) /.test(one))).toEqual([])
    },
  )

  test('drain-plan has to know every node', async () => {
    const { code, stdout, stderr } = await run('drain-plan', 'here')
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/forbidden: User .* cannot list/)
  })
})

test('with get and without list there is nothing to report, and the server says why', async () => {
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await run(command, 'get-only')
    expect([command, code, stdout]).toEqual([command, 2, ''])
    expect(stderr).toMatch(/forbidden: User .* cannot list/)
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
  }
})
