import { type Fields, isFields } from './fields.ts'

/**
 * The words in which defaults.ts and pod-defaults.ts write down what the API server fills in. Each makes a function
 * from an object to a copy with more fields; objects that need none are shared.
 */
export type Defaulter = (value: Fields) => Fields

/** Applies each in turn, to the result of the one before. */
export const inOrder =
  (...steps: readonly Defaulter[]): Defaulter =>
  (value) =>
    steps.reduce((result, step) => step(result), value)

/** Fields that are pointers in Go: only an absent one gets its default. */
export const absent =
  (defaults: Fields): Defaulter =>
  (value) => ({ ...defaults, ...value })

/** Fields that are plain values in Go: '' and 0 count as absent, too. */
export const zero =
  (defaults: Fields): Defaulter =>
  (value) => ({
    ...value,
    ...Object.fromEntries(
      Object.entries(defaults).map(([key, standard]) => [key, value[key] ? value[key] : standard]),
    ),
  })

/** Applies a defaulter to the object in this field, where there is one. */
export const inside =
  (key: string, defaulter: Defaulter): Defaulter =>
  (value) => {
    const part = value[key]
    return isFields(part) ? { ...value, [key]: defaulter(part) } : value
  }

/** The same, for a struct that is always there: an absent one starts as `{}`. */
export const within = (key: string, defaulter: Defaulter): Defaulter =>
  inOrder(absent({ [key]: {} }), inside(key, defaulter))

/** The same as `inside`, several fields down. */
export const path = (keys: readonly string[], defaulter: Defaulter): Defaulter =>
  keys.reduceRight((inner, key) => inside(key, inner), defaulter)

/** Applies a defaulter to each object of the list in this field. */
export const each =
  (key: string, defaulter: Defaulter): Defaulter =>
  (value) => {
    const list = value[key]
    if (!Array.isArray(list)) return value
    return { ...value, [key]: list.map((item: unknown) => (isFields(item) ? defaulter(item) : item)) }
  }

/** Applies a defaulter to objects that fulfil a condition. */
export const when =
  (condition: (value: Fields) => boolean, defaulter: Defaulter): Defaulter =>
  (value) =>
    condition(value) ? defaulter(value) : value
