import type { Schema } from '../files/schemas/parts.ts'
import { violation, violationText } from '../files/validate.ts'

const TEXTS: Schema = { items: 'text' }
const CLUSTER: Schema = {
  fields: {
    server: 'text',
    'certificate-authority': 'text',
    'certificate-authority-data': 'text',
    'insecure-skip-tls-verify': 'boolean',
    'tls-server-name': 'text',
    'proxy-url': 'text',
    extensions: { items: { fields: { name: 'text' } } },
  },
}
const USER: Schema = {
  fields: {
    token: 'text',
    tokenFile: 'text',
    'client-certificate': 'text',
    'client-certificate-data': 'text',
    'client-key': 'text',
    'client-key-data': 'text',
    username: 'text',
    password: 'text',
    as: 'text',
    'as-uid': 'text',
    'as-groups': TEXTS,
    'as-user-extra': { values: TEXTS },
    'auth-provider': { fields: { name: 'text', config: { values: 'text' } }, required: ['name'] },
    exec: {
      fields: {
        apiVersion: 'text',
        command: 'text',
        args: TEXTS,
        env: { items: { fields: { name: 'text', value: 'text' }, required: ['name', 'value'] } },
        installHint: 'text',
        provideClusterInfo: 'boolean',
      },
      required: ['command'],
    },
  },
}
const named = (key: string, inner: Schema): Schema => ({
  items: { fields: { name: 'text', [key]: inner }, required: ['name'] },
})

/** What is read of a kubeconfig. Source: client-go tools/clientcmd/api/v1/types.go, whose types kubectl insists on. */
const KUBECONFIG: Schema = {
  fields: {
    clusters: named('cluster', CLUSTER),
    users: named('user', USER),
    contexts: named('context', { fields: { cluster: 'text', user: 'text', namespace: 'text' } }),
    'current-context': 'text',
  },
}

/** The first field of a kubeconfig that is not what kubectl takes there: `users[0].user.exec.command must be text`. */
export function kubeconfigViolation(config: unknown): string | undefined {
  const found = violation(config, KUBECONFIG, '')
  return found === undefined ? undefined : violationText(found)
}
