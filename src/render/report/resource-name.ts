import { groupOf, KINDS, RESOURCES } from '../../model/kubernetes/kinds.ts'

/** `deployment.apps/web`, as kubectl names an object. */
export function resourceName(kind: string, apiVersion: string | undefined, name: string): string {
  const resource = RESOURCES.find((one) => KINDS[one].kind === kind)
  const group =
    apiVersion === undefined ? (resource === undefined ? '' : KINDS[resource].group) : groupOf(apiVersion)
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${name}`
}
