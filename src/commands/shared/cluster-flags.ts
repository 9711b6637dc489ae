import { Flags } from '@oclif/core'
import { shownUrl } from '../../model/text/shown-url.ts'
import { durationFlag, integerFlag, repeatable } from './flags.ts'

const CLUSTER = { helpGroup: 'CLUSTER' } as const

/** kubectl's flags for reaching a cluster, with kubectl's meaning. */
export const clusterFlags = {
  kubeconfig: Flags.string({ ...CLUSTER, helpValue: 'PATH', summary: 'The kubeconfig file to use.' }),
  context: Flags.string({ ...CLUSTER, helpValue: 'NAME', summary: 'The kubeconfig context to use.' }),
  cluster: Flags.string({ ...CLUSTER, helpValue: 'NAME', summary: 'The kubeconfig cluster to use.' }),
  user: Flags.string({ ...CLUSTER, helpValue: 'NAME', summary: 'The kubeconfig user to use.' }),
  server: Flags.string({ ...CLUSTER, char: 's', helpValue: 'URL', summary: 'Address of the API server.' }),
  token: Flags.string({ ...CLUSTER, helpValue: 'TOKEN', summary: 'Bearer token.' }),
  as: Flags.string({ ...CLUSTER, helpValue: 'USER', summary: 'User to impersonate.' }),
  'as-group': Flags.string({
    ...CLUSTER,
    ...repeatable,
    helpValue: 'GROUP',
    summary: 'Group to impersonate.',
  }),
  'as-uid': Flags.string({ ...CLUSTER, helpValue: 'UID', summary: 'UID to impersonate.' }),
  'certificate-authority': Flags.string({
    ...CLUSTER,
    helpValue: 'PATH',
    summary: 'CA certificate file.',
  }),
  'client-certificate': Flags.string({
    ...CLUSTER,
    helpValue: 'PATH',
    summary: 'Client certificate file.',
  }),
  'client-key': Flags.string({ ...CLUSTER, helpValue: 'PATH', summary: 'Client key file.' }),
  'insecure-skip-tls-verify': Flags.boolean({
    ...CLUSTER,
    summary: "Do not verify the server's certificate.",
  }),
  'tls-server-name': Flags.string({
    ...CLUSTER,
    helpValue: 'NAME',
    summary: 'Name to verify the server by.',
  }),
  'request-timeout': durationFlag({
    ...CLUSTER,
    default: 0,
    summary: 'How long to wait for one request; 0 waits for ever.',
  }),
  'chunk-size': integerFlag({
    ...CLUSTER,
    default: 500,
    summary: 'Objects per page of a list; 0 turns paging off.',
  }),
}

type ClusterFlag = keyof typeof clusterFlags

/**
 * Whether commands that are printed, to be run later, have the flag: they reach the same cluster as the same user.
 * `secret`: it has no place in a file; `reading`: it says how to read, not what.
 */
const IN_PRINTED_COMMANDS: Readonly<Record<ClusterFlag, 'repeated' | 'secret' | 'reading'>> = {
  kubeconfig: 'repeated',
  context: 'repeated',
  cluster: 'repeated',
  user: 'repeated',
  server: 'repeated',
  token: 'secret',
  as: 'repeated',
  'as-group': 'repeated',
  'as-uid': 'repeated',
  'certificate-authority': 'repeated',
  'client-certificate': 'repeated',
  'client-key': 'repeated',
  'tls-server-name': 'repeated',
  'insecure-skip-tls-verify': 'repeated',
  'request-timeout': 'reading',
  'chunk-size': 'reading',
}

/** The value of a flag as printed commands repeat it: a password in the URL of the server has no place in them. */
export const printable = (flag: string, value: string): string =>
  flag === 'server' ? shownUrl(value) : value

/** The flags that printed commands repeat. */
export const REPEATED_FLAGS: readonly ClusterFlag[] = (
  Object.keys(IN_PRINTED_COMMANDS) as ClusterFlag[]
).filter((flag) => IN_PRINTED_COMMANDS[flag] === 'repeated')

/** `kubectl` with those of the given flags that reach the same cluster: for commands that a report proposes. */
export const kubectlWords = (flags: Readonly<Record<string, unknown>>): readonly string[] => [
  'kubectl',
  ...REPEATED_FLAGS.flatMap((name) => {
    const value = flags[name]
    if (value === true) return [`--${name}`]
    const values = Array.isArray(value) ? value : [value]
    return values.flatMap((one) => (typeof one === 'string' ? [`--${name}`, printable(name, one)] : []))
  }),
]
