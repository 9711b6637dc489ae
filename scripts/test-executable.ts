/**
 * Installs the executables as a user gets them, and runs on them what runs on the source:
 * `npm run test:executable [-- --kubernetes 1.33|by-date] [--no-cluster] [JEST ARGUMENTS of the control-plane tests]`. Builds the release
 * twice, to see that it is the same bytes; installs the three plugins with the real krew, and the npm package into an empty
 * prefix; then runs the transcripts and, without `--no-cluster`, the control-plane tests with them.
 */
import { execFile, type SpawnSyncOptions, spawnSync } from 'node:child_process'
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { binaries, controlPlanePrograms, KREW } from '../test/cluster/harness/binaries.ts'
import { takeKubernetes, UsageError } from '../test/cluster/harness/versions.ts'
import { countTests } from '../test/helpers/jest/count-tests.ts'
import { archiveName, PLUGIN_NAMES } from './release/krew.ts'
import { hostTarget } from './release/targets.ts'

const root = join(import.meta.dirname, '..')
const out = join(root, 'dist', 'release')
const work = mkdtempSync(join(tmpdir(), 'executable-'))
const say = (text: string) => process.stdout.write(`${text}\n`)
/** One thing that this script tests itself has passed; the first that does not ends it. */
const passed = (text: string) => {
  say(text)
  countTests(1, 0)
}
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

function must(program: string, args: readonly string[], options: SpawnSyncOptions = {}): string {
  const { status, stdout, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} exits with ${status}`)
  return String(stdout ?? '')
}

const inherit: SpawnSyncOptions = { stdio: 'inherit' }
const npmRun = (script: string, ...args: string[]) =>
  must('npm', ['run', '--silent', script, '--', ...args], inherit)

/** What to test with, or the end. */
function chosenKubernetes() {
  try {
    const chosen = takeKubernetes(process.argv.slice(2), new Date())
    say(chosen.sentence)
    return chosen
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
}

/** Builds everything twice and compares. */
function reproducible(): void {
  npmRun('release')
  const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8')
  npmRun('release')
  if (readFileSync(join(out, 'SHA256SUMS'), 'utf8') !== sums)
    throw new Error('two builds differ: dist/release')
  passed('two builds gave the same bytes for every archive')
}

/** Lets krew install the archive of this machine under each of the three names, into an empty home without Node. */
function installWithKrew(): string {
  const target = hostTarget()
  if (target === undefined) throw new Error('this machine has no executable to test')
  const krewRoot = join(work, 'krew')
  const path = join(work, 'path')
  mkdirSync(path)
  // krew asks only for git, and that only when it updates an index.
  const env = { HOME: join(work, 'home'), KREW_ROOT: krewRoot, PATH: path }
  const program = binaries(say, [KREW])
  for (const name of PLUGIN_NAMES) {
    const manifest = join(out, `${name}.yaml`)
    const archive = join(out, archiveName(target))
    must(program('krew'), ['install', `--manifest=${manifest}`, `--archive=${archive}`], { env })
  }
  const bin = join(krewRoot, 'bin')
  for (const name of PLUGIN_NAMES) {
    const file = name.replaceAll('-', '_')
    symlinkSync(`kubectl-${file}`, join(bin, `kubectl_complete-${file}`))
    const version = must(join(bin, `kubectl-${file}`), ['--version'], { env })
    const offered = must(join(bin, `kubectl_complete-${file}`), ['--kubeco'], { env })
    if (!offered.startsWith('--kubeconfig')) throw new Error(`${name} does not complete: ${offered}`)
    passed(`krew installed ${name}: ${version.trim()}`)
  }
  return bin
}

/** What krew's index runs on a manifest: all rules, and the installation of every platform, here from this machine. */
async function validate(kubectl: string): Promise<void> {
  const server = createServer(({ url = '' }, response) => {
    createReadStream(join(out, basename(url))).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const program = binaries(say, [KREW])
  // It calls `kubectl krew install`.
  const tools = join(work, 'tools')
  mkdirSync(tools)
  symlinkSync(kubectl, join(tools, 'kubectl'))
  symlinkSync(program('krew'), join(tools, 'kubectl-krew'))
  const env = { ...process.env, PATH: `${tools}:${process.env['PATH']}` }
  try {
    for (const name of PLUGIN_NAMES) {
      const text = readFileSync(join(out, `${name}.yaml`), 'utf8')
      const manifest = join(work, `${name}.yaml`)
      writeFileSync(manifest, text.replace(/uri: https:.*\//g, `uri: http://127.0.0.1:${port}/`))
      await promisify(execFile)(program('validate-krew-manifest'), [`-manifest=${manifest}`], { env })
      passed(`validate-krew-manifest accepts ${name}, on all platforms`)
    }
  } finally {
    server.close()
  }
}

/** Packs the npm package and installs it into an empty prefix, without a registry. */
function installWithNpm(): string {
  const prefix = join(work, 'npm')
  const name =
    must('npm', ['pack', '--silent', `--pack-destination=${work}`])
      .trim()
      .split('\n')
      .at(-1) ?? ''
  must('npm', [
    'install',
    '--global',
    '--silent',
    '--offline',
    '--no-audit',
    `--prefix=${prefix}`,
    join(work, name),
  ])
  passed(`npm installed ${name}`)
  return join(prefix, 'bin')
}

/** The transcripts, and what depends on the runtime, on other executables than the source. */
function transcripts(plugins: string): void {
  say(`transcripts with ${plugins}`)
  must('npm', ['run', '--silent', 'test:processes'], {
    ...inherit,
    env: { ...process.env, PLUGINS: plugins },
  })
}

const { version, others } = chosenKubernetes()
const jestArguments = others.filter((word) => word !== '--no-cluster')
if (!process.env['QUICK']) reproducible()
await validate(binaries(say, controlPlanePrograms(version))('kubectl'))
const plugins = installWithKrew()
transcripts(plugins)
transcripts(installWithNpm())
if (jestArguments.length < others.length) say('without the control-plane tests')
else {
  say('control-plane tests with the executables')
  must('npm', ['run', '--silent', 'test:cluster', '--', `--kubernetes=${version.minor}`, ...jestArguments], {
    ...inherit,
    env: { ...process.env, PLUGINS: plugins },
  })
}
