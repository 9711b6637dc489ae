import type { Connection } from '../../kube/api/live.ts'
import type { ClusterFlags } from '../../kube/kubeconfig/flags.ts'

/** The way to the cluster, kept from one look to the next, so that credentials are asked for only once. */
export interface Session {
  /** @throws UserError where the kubeconfig can't be used */
  open(): Promise<Connection>
  /** Gives the connection back; the next `open` makes a new one. */
  close(): void
}

/** A session with the cluster that the flags and the environment of this process mean; nothing is opened yet. */
export function sessionFor(flags: ClusterFlags): Session {
  let connection: Promise<Connection> | undefined
  return {
    open: () => {
      connection ??= import('../../kube/api/live.ts').then(({ connect }) => connect(flags, process.env))
      return connection
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
