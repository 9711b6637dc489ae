import type { LabelSelector } from './objects.ts'

export type Labels = Readonly<Record<string, string>>

/** One requirement of a selector, in the API's words; `Gt` and `Lt` only occur in node selectors. */
export interface Requirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'
  readonly values: readonly string[]
}

/**
 * NotIn and DoesNotExist also match where the key is missing (docs/reference/eviction.md#selectors,
 * docs/reference/scheduler.md#R4).
 */
export function meets(labels: Labels, { key, operator, values }: Requirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return value !== undefined && Number.parseInt(value, 10) > Number.parseInt(values[0] ?? '', 10)
    case 'Lt':
      return value !== undefined && Number.parseInt(value, 10) < Number.parseInt(values[0] ?? '', 10)
  }
}

/** Whether labels meet a selector as {@link parseSelector} gives it: each requirement; one without any is always met. */
export const meetsAll = (labels: Labels | undefined, selector: readonly Requirement[]): boolean =>
  selector.every((requirement) => meets(labels ?? {}, requirement))

/** The requirements of a LabelSelector; an empty selector has none and so matches everything. */
export const requirements = (selector: LabelSelector): readonly Requirement[] => [
  ...Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]): Requirement => ({ key, operator: 'In', values: [value] }),
  ),
  ...(selector.matchExpressions ?? []).map(
    ({ key, operator, values }): Requirement => ({
      key,
      operator: operator as Requirement['operator'],
      values: values ?? [],
    }),
  ),
]

/**
 * Whether labels match a LabelSelector: absent matches nothing, `{}` everything
 * (docs/reference/eviction.md#selectors).
 */
export const matchesSelector = (
  selector: LabelSelector | null | undefined,
  labels: Labels | undefined,
): boolean => selector != null && meetsAll(labels, requirements(selector))

/** Whether labels meet a Service's or ReplicationController's plain map; an absent or empty map selects nothing. */
export const matchesMap = (selector: Labels | null | undefined, labels: Labels | undefined): boolean =>
  selector != null &&
  Object.keys(selector).length > 0 &&
  Object.entries(selector).every(
    ([key, value]) => labels !== undefined && Object.hasOwn(labels, key) && labels[key] === value,
  )

const KEY = /^([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

/**
 * Parses kubectl's `-l` (`a=b,c!=d,e in (f,g),!h,i`), equality and set form.
 * @throws SyntaxError with one sentence that names the part that is wrong
 */
export function parseSelector(text: string): readonly Requirement[] {
  // Commas inside of parentheses separate values, all others requirements.
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseRequirement)
}

const OPERATORS: Readonly<Record<string, string>> = { In: 'in', NotIn: 'notin' }

/** What {@link parseSelector} reads, in kubectl's form again. */
export const selectorText = (selector: readonly Requirement[]): string =>
  selector
    .map(({ key, operator, values }) => {
      if (operator === 'Exists') return key
      if (values.length === 1 && (operator === 'In' || operator === 'NotIn'))
        return `${key}${operator === 'In' ? '=' : '!='}${values[0]}`
      return operator === 'DoesNotExist' ? `!${key}` : `${key} ${OPERATORS[operator]} (${values.join(',')})`
    })
    .join(',')

function parseRequirement(part: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part)
  const equality = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(part)
  const existence = /^(!?)\s*([^=!\s()]+)$/.exec(part)
  let parsed: Requirement | undefined
  if (set !== null) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim())
    parsed = { key: set[1] ?? '', operator: set[2] === 'in' ? 'In' : 'NotIn', values }
  } else if (equality !== null) {
    const values = [equality[3] ?? '']
    parsed = { key: equality[1] ?? '', operator: equality[2] === '!=' ? 'NotIn' : 'In', values }
  } else if (existence !== null) {
    parsed = {
      key: existence[2] ?? '',
      operator: existence[1] === '!' ? 'DoesNotExist' : 'Exists',
      values: [],
    }
  }
  if (parsed === undefined || !KEY.test(parsed.key) || !parsed.values.every((value) => VALUE.test(value)))
    throw new SyntaxError(`unable to parse requirement "${part}"`)
  return parsed
}
