import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { create } from 'tar'
import type { Binaries } from '../../cluster/harness/binaries.ts'
import { program } from './requirements.ts'

/** Images of the situations; `registry.test/NAME:1.0`. */
export const IMAGES = {
  pause: 'registry.test/pause:1.0',
  /** The test server with a shell and its tools. */
  server: 'registry.test/server:1.0',
  /** The test server and nothing else. */
  distroless: 'registry.test/distroless:1.0',
  nginx: 'registry.test/nginx:1.0',
  /** A client of MySQL, with no server to be asked. */
  mysql: 'registry.test/mysql:1.0',
  /** Its program is for another processor. */
  foreign: 'registry.test/foreign:1.0',
} as const

type ImageName = keyof typeof IMAGES

const TOOLS = 'sh cat ls sleep touch rm mv wget nc true false test echo mkdir ps kill'.split(' ')
const PASSWD = 'root:x:0:0:root:/:/bin/sh\nwww-data:x:33:33::/:/bin/false\n'

const NGINX = `daemon off; user root; worker_processes 1; error_log /dev/stderr; pid /run/nginx.pid;
events { worker_connections 64; }
http { access_log /dev/stdout; server { listen 80; root /usr/share/nginx/html; } }
`

/** Writes all images as archives that a container runtime imports, and gives their paths. */
export async function makeImages(directory: string, binary: Binaries): Promise<readonly string[]> {
  const root = (name: ImageName) => join(directory, name)
  const put = (name: ImageName, from: string, to: string) => {
    mkdirSync(dirname(join(root(name), to)), { recursive: true })
    copyFileSync(from, join(root(name), to))
  }
  put('pause', binary('pause'), '/pause')
  put('server', binary('server'), '/bin/server')
  put('distroless', binary('server'), '/server')
  putWithLibraries(root('nginx'), program('nginx'), '/usr/sbin/nginx')
  putWithLibraries(root('mysql'), program('mariadb-admin'), '/usr/bin/mysqladmin')
  for (const name of ['server', 'nginx', 'mysql'] as const) addTools(root(name))
  write(join(root('nginx'), 'etc/nginx/nginx.conf'), NGINX)
  write(join(root('nginx'), 'usr/share/nginx/html/index.html'), '<h1>hello</h1>\n')
  for (const folder of ['var/lib/nginx', 'var/log/nginx', 'run'])
    mkdirSync(join(root('nginx'), folder), { recursive: true })
  write(join(root('server'), 'bin/not-executable'), '#!/bin/sh\nexit 0\n')
  write(join(root('server'), 'bin/needs-bash'), '#!/bin/bash\nexit 0\n', 0o755)
  write(join(root('server'), 'bin/foreign'), forAnotherProcessor(binary('pause')), 0o755)
  write(join(root('foreign'), 'server'), forAnotherProcessor(binary('pause')), 0o755)
  const commands: Readonly<Record<ImageName, readonly string[]>> = {
    pause: ['/pause'],
    server: ['/bin/server'],
    distroless: ['/server'],
    nginx: ['/usr/sbin/nginx'],
    mysql: ['/bin/sleep', '3600'],
    foreign: ['/server'],
  }
  return Promise.all(
    Object.entries(commands).map(([name, command]) => archive(directory, name as ImageName, command)),
  )
}

function write(path: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  chmodSync(path, mode)
}

function addTools(root: string): void {
  mkdirSync(join(root, 'bin'), { recursive: true })
  mkdirSync(join(root, 'tmp'), { recursive: true })
  copyFileSync(program('busybox'), join(root, 'bin/busybox'))
  for (const tool of TOOLS) symlinkSync('busybox', join(root, 'bin', tool))
  write(join(root, 'etc/passwd'), PASSWD)
  write(join(root, 'etc/group'), 'root:x:0:\nwww-data:x:33:\n')
}

function putWithLibraries(root: string, from: string, to: string): void {
  const libraries = execFileSync(program('ldd'), [from], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  for (const [source, target] of [[from, to] as const, ...libraries.map((path) => [path, path] as const)]) {
    mkdirSync(dirname(join(root, target)), { recursive: true })
    copyFileSync(source, join(root, target))
  }
}

/** An ELF file with the machine of a processor that is not this one's. */
function forAnotherProcessor(path: string): Buffer {
  const content = readFileSync(path)
  const MACHINE_AT = 18
  const [ARM64, X86_64] = [183, 62]
  content.writeUInt16LE(process.arch === 'arm64' ? X86_64 : ARM64, MACHINE_AT)
  return content
}

/** An archive with one image in the layout of the OCI image specification. */
async function archive(directory: string, name: ImageName, command: readonly string[]): Promise<string> {
  const layout = join(directory, `${name}.oci`)
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true })
  const blob = (mediaType: string, content: Buffer) => {
    const hash = createHash('sha256').update(content).digest('hex')
    writeFileSync(join(layout, 'blobs/sha256', hash), content)
    return { mediaType, digest: `sha256:${hash}`, size: content.length }
  }
  const type = (what: string) => `application/vnd.oci.image.${what}`
  const json = (value: object) => Buffer.from(JSON.stringify(value))
  const layerFile = join(directory, `${name}.layer`)
  await create({ cwd: join(directory, name), file: layerFile, portable: true }, ['.'])
  const layer = blob(type('layer.v1.tar'), readFileSync(layerFile))
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']
  const config = blob(
    type('config.v1+json'),
    json({
      architecture,
      os: 'linux',
      config: { Entrypoint: command, Env: env },
      rootfs: { type: 'layers', diff_ids: [layer.digest] },
    }),
  )
  const manifest = blob(
    type('manifest.v1+json'),
    json({ schemaVersion: 2, mediaType: type('manifest.v1+json'), config, layers: [layer] }),
  )
  const named = {
    ...manifest,
    annotations: { 'io.containerd.image.name': IMAGES[name], 'org.opencontainers.image.ref.name': '1.0' },
  }
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(
    join(layout, 'index.json'),
    json({ schemaVersion: 2, mediaType: type('index.v1+json'), manifests: [named] }),
  )
  const file = join(directory, `${name}.tar`)
  await create({ cwd: layout, file }, ['oci-layout', 'index.json', 'blobs'])
  return file
}
