import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { type PageFolder, pageNames, readPage } from '../../src/pages.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** The one file that holds the program, and the packages whose code is in it. */
export interface Bundle {
  readonly code: Uint8Array
  /** Folders of the packages below the project's root, sorted: `node_modules/yaml`. */
  readonly packages: readonly string[]
}

/**
 * Of client-node only what finds and applies credentials, and the streams of `--replay`. Its generated API classes and undici are three quarters of
 * its size and are never called: requests are raw GETs over node:https (src/kube/api/transport.ts).
 */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup({ onResolve, onLoad }) {
    const missing = 'throw new Error("left out of the bundle, see scripts/release/bundle.ts")'
    const stand = (names: readonly string[]) =>
      names.map((name) => `export function ${name}() { ${missing} }`).join('\n')
    onResolve({ filter: /^\.\/gen\/index\.js$/ }, ({ importer, path }) =>
      /client-node[\\/]dist[\\/](config|portforward)\.js$/.test(importer)
        ? { path, namespace: 'left-out' }
        : undefined,
    )
    onResolve({ filter: /^(undici|typescript)$/ }, ({ path }) => ({ path, namespace: 'left-out' }))
    onLoad({ filter: /gen/, namespace: 'left-out' }, () => ({
      contents: stand(['createConfiguration', 'ServerConfiguration', 'AppsV1Api', 'CoreV1Api']),
    }))
    onLoad({ filter: /undici/, namespace: 'left-out' }, () => ({
      contents: stand(['Agent', 'ProxyAgent', 'fetch']),
    }))
    // oclif asks for it where commands are TypeScript files, which are none in a bundle.
    onLoad({ filter: /typescript/, namespace: 'left-out' }, () => ({ contents: missing }))
    onResolve({ filter: /^@kubernetes\/client-node$/ }, ({ path }) => ({ path, namespace: 'parts' }))
    onLoad({ filter: /client-node/, namespace: 'parts' }, () => ({
      contents: ['config', 'exec', 'portforward'].map((part) => `export * from './${part}.js'`).join('\n'),
      resolveDir: join(ROOT, 'node_modules/@kubernetes/client-node/dist'),
    }))
  },
}

/** The pages of `--explain` go into the bundle as they stand in docs/. */
const withPages: Plugin = {
  name: 'with-pages',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]pages\.ts$/ }, () => {
      const folder = (name: PageFolder) =>
        Object.fromEntries(pageNames(name).map((page) => [page, readPage(name, page)]))
      return {
        loader: 'js',
        contents: [
          `const PAGES = ${JSON.stringify({ causes: folder('causes'), rules: folder('rules') })}`,
          'export const pageNames = (folder) => Object.keys(PAGES[folder])',
          'export const readPage = (folder, name) => PAGES[folder][name]',
        ].join('\n'),
      }
    })
  },
}

/** Bundles src/main.ts with all that it imports. CommonJS, because it starts faster and Bun compiles it to bytecode. */
export async function bundle(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    outfile: 'plugin.cjs',
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    legalComments: 'none',
    // Bun writes the folder that it compiles in wherever code asks for its own, and no code of ours needs it.
    define: { __dirname: '"/"', __filename: '"/plugin.cjs"' },
    write: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [onlyWhatIsUsed, withPages],
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('esbuild gave no file')
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )
  return { code: file.contents, packages: packagesOf(used) }
}

const packagesOf = (paths: readonly string[]): readonly string[] => {
  const folders = paths.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])
  return [...new Set(folders)].sort()
}
