import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { files, SRC } from './sources.ts'

interface Boundary {
  /** Folders of src, or single files, that it may import from. */
  readonly folders: readonly string[]
  /** Folders that it may import types from, and nothing that runs. */
  readonly types?: readonly string[]
  readonly packages?: readonly string[]
  readonly typePackages?: readonly string[]
  readonly because: string
}

/** Who may import whom. The order is the order of the pipeline: read, judge, show. */
const BOUNDARIES: Readonly<Record<string, Boundary>> = {
  model: {
    folders: ['model'],
    typePackages: ['@kubernetes/client-node'],
    because: 'the model is what all parts share: it must run anywhere, and so knows nothing but itself',
  },
  diagnosis: {
    folders: ['model', 'diagnosis'],
    because: 'a diagnosis is a pure function of the snapshot: no files, no cluster, no terminal',
  },
  probes: {
    folders: ['model', 'diagnosis', 'probes'],
    because: 'analyses do not know each other; what two of them need belongs in model or diagnosis',
  },
  events: {
    folders: ['model', 'diagnosis', 'events'],
    because: 'analyses do not know each other; what two of them need belongs in model or diagnosis',
  },
  drain: {
    folders: ['model', 'drain'],
    because: 'the simulation needs no diagnosis; what it shares with others belongs in model',
  },
  kube: {
    folders: ['model', 'kube'],
    packages: ['@kubernetes/client-node', 'yaml', 'node:'],
    because: 'reading knows where objects come from, not what is made of them',
  },
  render: {
    folders: ['model', 'render'],
    types: ['probes', 'drain', 'events', 'diagnosis'],
    packages: ['cli-table3', 'diff', 'node:util', 'string-width', 'wrap-ansi'],
    typePackages: ['sarif'],
    because: 'renderers turn a finished report into text: they decide nothing and read nothing',
  },
  commands: {
    folders: [
      'commands',
      'model',
      'diagnosis',
      'probes',
      'drain',
      'events',
      'kube',
      'render',
      'pages.ts',
      'progress.ts',
      '../package.json',
    ],
    packages: ['@oclif/core', 'yaml', 'node:path', 'node:timers/promises'],
    because: 'commands wire the parts together; tables and spinners have one place each, outside of them',
  },
  'pages.ts': {
    folders: [],
    packages: ['node:fs', 'node:path'],
    because: 'the only place that knows where the pages of docs/ are',
  },
  'progress.ts': { folders: ['model'], packages: ['ora'], because: 'the only place that knows the spinner' },
  'main.ts': {
    folders: ['commands'],
    packages: ['node:path'],
    because: 'the entry only finds out by which name it was called',
  },
}

/** The folders of src/drain, from the ground up. */
const LAYERS: readonly string[] = [
  'types',
  'cluster',
  'disruption',
  'state',
  'scheduler',
  'controllers',
  'policy',
  'simulation',
  'report',
  'waves',
  'fixes',
  'follow',
]

interface Import {
  readonly from: string
  readonly typeOnly: boolean
  readonly dynamic: boolean
}

function importsOf(text: string): readonly Import[] {
  const found = [...text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)].map(
    ([, type, from]): Import => ({ from: from ?? '', typeOnly: type !== undefined, dynamic: false }),
  )
  const dynamic = [...text.matchAll(/import\('([^']+)'\)/g)].map(
    ([, from]): Import => ({ from: from ?? '', typeOnly: false, dynamic: true }),
  )
  return [...found, ...dynamic]
}

function violation(file: string, { from, typeOnly }: Import): string | undefined {
  const home = file.includes('/') ? file.slice(0, file.indexOf('/')) : file
  const boundary = BOUNDARIES[home]
  if (boundary === undefined)
    return `src/${file}: "${home}" is not in the table of test/architecture/imports.test.ts`
  const complain = () => `src/${file} may not import ${from}: ${boundary.because}`
  if (!from.startsWith('.')) {
    const allowed = [...(boundary.packages ?? []), ...(typeOnly ? (boundary.typePackages ?? []) : [])]
    return allowed.some((name) => from === name || (name.endsWith(':') && from.startsWith(name)))
      ? undefined
      : complain()
  }
  const target = relative(SRC, join(SRC, dirname(file), from))
  const allowed = [...boundary.folders, ...(typeOnly ? (boundary.types ?? []) : [])]
  return allowed.some((folder) => target === folder || target.startsWith(`${folder}/`))
    ? undefined
    : complain()
}

describe('imports', () => {
  test('every import goes where its folder may import from', () => {
    const violations = files.flatMap((file) =>
      importsOf(readFileSync(join(SRC, file), 'utf8')).flatMap((one) => violation(file, one) ?? []),
    )
    expect(violations).toEqual([])
  })

  test('a folder of the simulation needs only those below it', () => {
    const place = (file: string) => LAYERS.indexOf(file.split('/')[1] ?? '')
    const upwards = files
      .filter((file) => file.startsWith('drain/') && place(file) >= 0)
      .flatMap((file) =>
        importsOf(readFileSync(join(SRC, file), 'utf8')).flatMap(({ from }) => {
          const target = relative(SRC, join(SRC, dirname(file), from))
          return from.startsWith('.') && target.startsWith('drain/') && place(target) > place(file)
            ? [`src/${file} may not import ${target}: see the folders in src/drain/README.md`]
            : []
        }),
      )
    expect(upwards).toEqual([])
  })

  test('the cluster client, the spinner and the analyses are loaded when a command needs them, not before', () => {
    const eager = files
      .filter((file) => file.startsWith('commands/') || file === 'main.ts')
      .flatMap((file) =>
        importsOf(readFileSync(join(SRC, file), 'utf8'))
          .filter(
            ({ from, typeOnly, dynamic }) =>
              !typeOnly &&
              !dynamic &&
              /^(kube|probes|drain|events|diagnosis)\//.test(relative(SRC, join(SRC, dirname(file), from))),
          )
          .map(
            ({ from }) =>
              `src/${file} imports ${from} at start-up: use await import(), --help must not pay for it`,
          ),
      )
    expect(eager).toEqual([])
  })
})
