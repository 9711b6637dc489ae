import type { LabelSelector } from '../../model/kubernetes/objects.ts'
import type { Labels } from '../../model/kubernetes/selector.ts'

const labelKey = (key: string, value: string): string => `${key}=${value}`

/** The keys of {@link byLabel} under which something with these labels is found. */
export const labelKeys = (labels: Labels): readonly string[] => [
  '',
  ...Object.entries(labels).map(([key, value]) => labelKey(key, value)),
]

/** The key of {@link byLabel} for all that a selector can mean: a label that it asks for, or '' for everything. */
export function selectorKey(selector: LabelSelector | null | undefined): string {
  const [first] = Object.entries(selector?.matchLabels ?? {})
  return first === undefined ? '' : labelKey(...first)
}

/** Items by each of their labels, and all of them under '', in their order. */
export function byLabel<T extends { readonly labels: Labels }>(
  items: Iterable<T>,
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>()
  for (const item of items)
    for (const key of labelKeys(item.labels)) {
      const alike = found.get(key)
      if (alike === undefined) found.set(key, [item])
      else alike.push(item)
    }
  return found
}
