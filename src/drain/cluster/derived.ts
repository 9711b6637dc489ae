/**
 * Something that is worked out from an object once, and kept for as long as that object: with it, it is forgotten. The
 * owner must be one that never changes, and what `make` is given besides it the same each time. A value that is filled
 * in later, such as a `Map` of answers, lives as long as its owner, too.
 *
 * All that src/drain keeps between two calls is kept in this way, or is a field of the object that it belongs to.
 */
export function derived<Owner extends object, Value extends NonNullable<unknown>, Context = void>(
  make: (owner: Owner, context: Context) => Value,
): (owner: Owner, context: Context) => Value {
  const kept = new WeakMap<Owner, Value>()
  return (owner, context) => {
    const known = kept.get(owner)
    if (known !== undefined) return known
    const value = make(owner, context)
    kept.set(owner, value)
    return value
  }
}
