import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The path of a certificate (`server`) or a key (`server-key`) in test/fixtures/tls. */
export const pem = (name: string): string => join(import.meta.dirname, '..', 'fixtures', 'tls', `${name}.pem`)

/** What a TLS server needs of them. */
export const tls = (name: string) => ({
  cert: readFileSync(pem(name)),
  key: readFileSync(pem(`${name}-key`)),
})
