import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { KubeObject } from '../../../src/model/kubernetes/objects.ts'
import { apiOf } from './api.ts'
import { environmentOf } from './control-plane.ts'
import { eventually, type Result, runToEnd, type TimedResult } from './processes.ts'

const directory = process.env['CONTROL_PLANE'] ?? ''
const programs = process.env['CONTROL_PLANE_BINARIES'] ?? ''
/** The URL of the API server. */
export const SERVER = process.env['CONTROL_PLANE_SERVER'] ?? ''
if (directory === '') throw new Error('start these tests with: npm run test:cluster')

export const CONTROL_PLANE = directory
/** The API server, for what needs no kubectl. */
export const API = apiOf(directory, SERVER)
export const ROOT = join(import.meta.dirname, '..', '..', '..')
/** Where kubectl finds the plugins: the source, unless an installation is to be tested. */
const PLUGINS = process.env['PLUGINS'] ?? join(ROOT, 'bin')

interface RunOptions {
  /** Whose kubeconfig to use; `admin` unless told. */
  readonly user?: string
  readonly stdin?: string
  readonly seconds?: number
}

/** The real kubectl, for a test that lets it run on; with the environment that all tests give it. */
export const kubectlCommand = (user = 'admin') => ({
  program: join(programs, 'kubectl'),
  options: { cwd: ROOT, env: environment(user) },
})

const environment = (user: string) => environmentOf(directory, user, [PLUGINS, programs])

function run(
  program: string,
  args: readonly string[],
  { user = 'admin', stdin, seconds = 100 }: RunOptions,
): Result {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    cwd: ROOT,
    maxBuffer: 1 << 28,
    timeout: seconds * 1000,
    input: stdin ?? '',
    env: environment(user),
  })
  if (error !== undefined) throw error
  return { code: status ?? -1, stdout, stderr }
}

/** Runs the real kubectl of the control plane's version, which finds the plugins on its PATH. */
export const kubectl = (args: readonly string[], options: RunOptions = {}): Result =>
  run(join(programs, 'kubectl'), args, options)

/** As {@link kubectl}, for calls that must succeed. */
export function mustKubectl(args: readonly string[], options: RunOptions = {}): string {
  const { code, stdout, stderr } = kubectl(args, options)
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} exits ${code}: ${stderr}`)
  return stdout
}

/** Runs a line that a report prints, as somebody who pastes it into a shell, and gives its output. */
export function mustPaste(line: string): string {
  const { code, stdout, stderr } = run('sh', ['-c', line], {})
  if (code !== 0) throw new Error(`${line} exits ${code}: ${stderr}`)
  return stdout
}

/** As {@link kubectl}, while other tests run. */
export const kubectlAsync = (args: readonly string[], seconds = 100): Promise<TimedResult> =>
  runToEnd(join(programs, 'kubectl'), args, { cwd: ROOT, env: environment('admin') }, seconds)

/** As {@link mustPaste}, while other tests run. */
export async function mustPasteAsync(line: string): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(
    'sh',
    ['-c', line],
    { cwd: ROOT, env: environment('admin') },
    100,
  )
  if (code !== 0) throw new Error(`${line} exits ${code}: ${stderr}`)
  return stdout
}

/** Runs a script that a report prints. */
export const runScript = (script: string): Result => run('bash', ['-s'], { stdin: script, seconds: 200 })

/** Creates objects, in their order. */
export function create(...objects: readonly object[]): void {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  mustKubectl(['create', '-f', '-'], { stdin: list })
}

/** As {@link create}, in a namespace. */
export const createIn = (namespace: string, ...objects: readonly object[]): void =>
  create(
    ...(objects as readonly KubeObject[]).map((object) => ({
      ...object,
      metadata: { ...object.metadata, namespace },
    })),
  )

/** All objects of a kind, everywhere or in a namespace, as `kubectl get -o json` prints them. */
export const get = <T = KubeObject>(kind: string, namespace?: string): readonly T[] =>
  (
    JSON.parse(
      mustKubectl(['get', kind, ...(namespace === undefined ? ['-A'] : ['-n', namespace]), '-o', 'json']),
    ) as { items: T[] }
  ).items

let made = 0

/** A namespace of this test's own, with its default service account there. */
export async function freshNamespace(prefix: string): Promise<string> {
  const name = `${prefix}-${process.pid}-${++made}`
  mustKubectl(['create', 'namespace', name])
  await eventually(`the service account of ${name}`, () =>
    kubectl(['get', 'serviceaccount', 'default', '-n', name]).code === 0 ? true : undefined,
  )
  return name
}
