import type { Connection } from '../../kube/api/live.ts'
import type { ClusterFlags } from '../../kube/kubeconfig/flags.ts'
import { UserError } from '../../model/errors.ts'
import { type Gap, isSubresource } from '../../model/snapshot/snapshot.ts'

/** The way to the cluster, kept from one look to the next, so that credentials are asked for only once. */
export interface Session {
  /** @throws UserError where the kubeconfig can't be used */
  open(): Promise<Connection>
  /**
   * Holds what a look could not read against the look before it: what was there a moment ago and cannot be read now is
   * not gone, and nothing may be said from a look without it.
   * @throws UserError that names the first kind that the look before could read
   */
  compare(gaps: readonly Gap[]): void
  /** Gives the connection back; the next `open` makes a new one. */
  close(): void
}

/**
 * A session with the cluster that the flags and the environment of this process mean; nothing is opened yet.
 * @param known what a look before the session could not read; without it, the first look may miss anything
 */
export function sessionFor(flags: ClusterFlags, known?: readonly Gap[]): Session {
  let connection: Promise<Connection> | undefined
  let missing = known?.map(keyOf)
  return {
    open: () => {
      connection ??= import('../../kube/api/live.ts').then(({ connect }) => connect(flags, process.env))
      return connection
    },
    compare: (gaps) => {
      const kinds = gaps.filter(({ resource }) => !isSubresource(resource))
      const lost = kinds.find((gap) => missing !== undefined && !missing.includes(keyOf(gap)))
      if (lost !== undefined) throw new UserError(`could not read ${lost.resource}: ${lost.message}`)
      missing = kinds.map(keyOf)
    },
    close: () => {
      void connection?.then(
        (open) => open.close(),
        () => {},
      )
      connection = undefined
    },
  }
}

const keyOf = ({ resource, namespace = '' }: Gap): string => `${resource}/${namespace}`
