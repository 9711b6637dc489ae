import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** Hosts of image names, and how their registry answers. What is not named here has no address at all. */
const ANSWERS: Readonly<Record<string, Readonly<{ status: number; code: string; text: string }>>> = {
  'registry.test': { status: 404, code: 'MANIFEST_UNKNOWN', text: 'manifest unknown' },
  'private.test': { status: 401, code: 'UNAUTHORIZED', text: 'authentication required' },
  'forbidden.test': { status: 403, code: 'DENIED', text: 'requested access to the resource is denied' },
  'busy.test': { status: 429, code: 'TOOMANYREQUESTS', text: 'You have reached your pull rate limit.' },
  'broken.test': { status: 500, code: 'UNKNOWN', text: 'internal error' },
}

/** A host whose registry refuses connections. */
const DOWN = 'down.test'

/**
 * Plays registries that have no image to give, each in its way, and tells the container runtime where they are.
 * @param hosts where the container runtime reads about registries (containerd's `config_path`)
 */
export async function startRegistries(hosts: string): Promise<readonly Server[]> {
  writeHost(hosts, DOWN, 1)
  return Promise.all(
    Object.entries(ANSWERS).map(async ([host, { status, code, text }]) => {
      const server = createServer((_, response) => {
        response.setHeader('Content-Type', 'application/json')
        if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="registry"')
        response.writeHead(status).end(JSON.stringify({ errors: [{ code, message: text }] }))
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      writeHost(hosts, host, (server.address() as AddressInfo).port)
      server.unref()
      return server
    }),
  )
}

function writeHost(hosts: string, host: string, port: number): void {
  const url = `http://127.0.0.1:${port}`
  mkdirSync(join(hosts, host), { recursive: true })
  writeFileSync(
    join(hosts, host, 'hosts.toml'),
    `server = "${url}"\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`,
  )
}
