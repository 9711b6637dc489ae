import { X509Certificate } from 'node:crypto'
import { rfc3339 } from '../../model/text/time.ts'

/** What is known about the connection, for the hints. */
export interface Endpoint {
  readonly server: string
  readonly proxy?: string
  readonly configured: boolean
  /** The client certificate in PEM, if one is used. */
  readonly certificate?: string
}

/** The hint in place of a guess where the client certificate has expired; undefined where it has not. */
export function expiredHint({ certificate }: Endpoint): string | undefined {
  if (certificate === undefined) return undefined
  try {
    const end = new X509Certificate(certificate).validToDate.getTime()
    return end < Date.now() ? `The client certificate expired at ${rfc3339(end)}: get a new one.` : undefined
  } catch {
    return undefined
  }
}
