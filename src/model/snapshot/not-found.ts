import { UserError } from '../errors.ts'
import { KINDS, type Resource } from '../kubernetes/kinds.ts'
import type { KubeObject } from '../kubernetes/objects.ts'
import { type Labels, meets, type Requirement, selectorText } from '../kubernetes/selector.ts'
import { nearest } from '../text/nearest.ts'
import { listed } from '../text/words.ts'
import type { Cluster } from './cluster.ts'

/** More names than these are no help. */
const MOST_NAMES = 12

/** `a, b and c`; of many the first, and how many more there are. */
export function listedNames(names: Iterable<string>): string {
  const sorted = [...new Set(names)].sort()
  return sorted.length <= MOST_NAMES
    ? listed(sorted)
    : `${sorted.slice(0, MOST_NAMES).join(', ')} and ${sorted.length - MOST_NAMES} more`
}

/** `Did you mean "web"?`, where one is near; else what there is. Undefined for nothing. */
export function meantOrListed(word: string, known: readonly string[], what: string): string | undefined {
  if (known.length === 0) return undefined
  const near = nearest(word, known) ?? known.find((one) => one.toLowerCase() === word.toLowerCase())
  return near === undefined ? `${what} ${listedNames(known)}.` : `Did you mean "${near}"?`
}

/** That there is no object of this name, as kubectl says it, with those that are there. */
export function notFound(
  cluster: Cluster,
  { resource, name }: { readonly resource: Resource; readonly name: string },
  namespace: string | undefined,
): UserError {
  const inNamespace = (one: Resource) =>
    (cluster.objects[one] as readonly KubeObject[])
      .filter(
        ({ metadata }) =>
          !KINDS[one].namespaced || namespace === undefined || metadata.namespace === namespace,
      )
      .map(({ metadata }) => metadata.name)
  const { namespaced } = KINDS[resource]
  const where = namespace === undefined || !namespaced ? '' : ` in namespace "${namespace}"`
  const workloads = cluster
    .workloads()
    .filter((one) => namespaced && (namespace === undefined || one.namespace === namespace))
    .map((one) => ({ name: one.name, word: `${one.kind.toLowerCase()}/${one.name}` }))
  const namesakes = workloads.filter((one) => one.name === name)
  const hint =
    namesakes.length > 0
      ? `There is ${listedNames(namesakes.map(({ word }) => word))}.`
      : (meantOrListed(name, inNamespace(resource), 'There are') ??
        [`There are no ${resource}${where}`, listedNames(workloads.map(({ word }) => word))]
          .filter((part) => part !== '')
          .join('; the workloads are ')
          .concat('.'))
  return new UserError(`${resource} "${name}" not found${where}`, hint)
}

/**
 * That nothing has these labels, with what is known of them.
 * @param what of what kind things are, in the plural: `workloads`
 * @param labels of all things that could have been meant, one entry each
 */
export const noneWithLabels = (
  what: string,
  selector: readonly Requirement[],
  labels: readonly Labels[],
): UserError =>
  new UserError(`no ${what} with the labels ${selectorText(selector)}`, labelHint(selector, labels))

function labelHint(selector: readonly Requirement[], labels: readonly Labels[]): string {
  const unmet = selector.find((requirement) => !labels.some((one) => meets(one, requirement)))
  if (unmet === undefined) return 'Each of these labels is there, but nothing has all of them.'
  const { key, operator, values } = unmet
  if (operator === 'NotIn' || operator === 'DoesNotExist')
    return `Everything has the label ${key}${operator === 'NotIn' ? ` with ${listedNames(values)}` : ''}.`
  const present = labels.flatMap((one) => (Object.hasOwn(one, key) ? [one[key] ?? ''] : []))
  const keys = [...new Set(labels.flatMap((one) => Object.keys(one)))]
  if (present.length === 0)
    return meantOrListed(key, keys, `Nothing has the label ${key}; there are:`) ?? 'Nothing has any label.'
  return meantOrListed(values[0] ?? '', [...new Set(present)], `The values of ${key} are:`) ?? ''
}
