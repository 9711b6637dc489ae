/**
 * What a field has to be where it is there: enough for an analysis to walk it, not a whole schema. Every `number` of the
 * API that is read is a whole one (Go's int32 and int64).
 */
export type Schema =
  | 'text'
  | 'number'
  | 'boolean'
  | 'quantity'
  | 'number or text'
  | { readonly fields: { readonly [name: string]: Schema }; readonly required?: readonly string[] }
  | { readonly items: Schema }
  | { readonly values: Schema }

export const ANY: Schema = { fields: {} }
export const LIST: Schema = { items: ANY }
export const TEXTS: Schema = { items: 'text' }
export const QUANTITIES: Schema = { values: 'quantity' }

/** An object with these fields of numbers. */
export const numbers = (...names: readonly string[]): Schema => ({
  fields: Object.fromEntries(names.map((name) => [name, 'number' as const])),
})

export const LABELS: Schema = { values: 'text' }

/** An object with these fields of text, all of which the API demands. */
export const texts = (...required: readonly string[]): Schema => ({
  fields: Object.fromEntries(required.map((name) => [name, 'text' as const])),
  required,
})

export const METADATA: Schema = {
  fields: {
    labels: LABELS,
    annotations: LABELS,
    finalizers: TEXTS,
    ownerReferences: { items: texts('apiVersion', 'kind', 'name') },
    namespace: 'text',
    uid: 'text',
    creationTimestamp: 'text',
    deletionTimestamp: 'text',
  },
}
export const REQUIREMENTS: Schema = { items: { fields: { key: 'text', operator: 'text', values: TEXTS } } }
export const SELECTOR: Schema = { fields: { matchLabels: LABELS, matchExpressions: REQUIREMENTS } }
