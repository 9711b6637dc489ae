import { readFileSync } from 'node:fs'
import type { User } from '@kubernetes/client-node'
import { UserError } from '../../model/errors.ts'
import type { UserFields } from './kubeconfig.ts'

/** The user for client-node, with what its files hold in the place of their paths. */
export function clientUser(name: string, fields: UserFields): User {
  const cert = dataOf(fields, 'client-certificate')
  const key = dataOf(fields, 'client-key')
  const token = fields.tokenFile ? read('token file', fields.tokenFile).toString().trim() : fields.token
  const provider = fields['auth-provider']
  return {
    name,
    ...(cert === undefined ? {} : { certData: cert }),
    ...(key === undefined ? {} : { keyData: key }),
    ...(token ? { token } : {}),
    ...(fields.username ? { username: fields.username, password: fields.password ?? '' } : {}),
    ...(provider ? { authProvider: { name: provider.name, config: { ...provider.config } } } : {}),
  }
}

/** A certificate or key in base64, from its data or else its file. */
export function dataOf<Key extends string>(
  fields: { readonly [K in Key | `${Key}-data`]?: string },
  key: Key,
): string | undefined {
  const data = fields[`${key}-data`]
  const path = fields[key]
  if (data) return data
  return path ? read(key, path).toString('base64') : undefined
}

function read(what: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'it could not be opened'
    throw new UserError(
      `unable to read ${what} ${path}: ${reason}`,
      'Mend the path in the kubeconfig or the flag.',
    )
  }
}

/** The headers of `--as` and its relatives. Source: client-go transport/round_trippers.go. */
export function impersonation(user: UserFields): Readonly<Record<string, string | readonly string[]>> {
  const { as, 'as-uid': uid, 'as-groups': groups = [], 'as-user-extra': extra = {} } = user
  if (!as && (uid || groups.length > 0))
    throw new UserError('groups and a UID can only be impersonated together with a user', 'Add --as USER.')
  if (!as) return {}
  return {
    'Impersonate-User': as,
    ...(uid ? { 'Impersonate-Uid': uid } : {}),
    ...(groups.length > 0 ? { 'Impersonate-Group': groups } : {}),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [`Impersonate-Extra-${encodeURIComponent(key)}`, values]),
    ),
  }
}
