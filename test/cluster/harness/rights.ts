import { parse } from 'yaml'
import { writeKubeconfig } from './control-plane.ts'
import { CONTROL_PLANE, create, mustKubectl, SERVER } from './kubectl.ts'

export interface Rule {
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** The rules of a role that a page gives to be copied. */
export const rulesIn = (yaml: string): readonly Rule[] => (parse(yaml) as { rules: readonly Rule[] }).rules

/** A service account with some rules, and a kubeconfig of its name. */
export function account(namespace: string, name: string, rules: readonly object[]): string {
  const user = `system:serviceaccount:${namespace}:${name}`
  create(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: `${namespace}-${name}` },
      rules,
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: `${namespace}-${name}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `${namespace}-${name}` },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  )
  const token = mustKubectl(['create', 'token', name, '-n', namespace]).trim()
  writeKubeconfig(CONTROL_PLANE, user, SERVER, token)
  return user
}
