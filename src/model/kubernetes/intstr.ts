/**
 * The value of an IntOrString against a total, percentages rounded up as the disruption controller does it
 * (docs/reference/disruption-budgets.md#B3; apimachinery `intstr.GetScaledValueFromIntOrPercent`).
 * Undefined where the text is not a percentage.
 */
export function scaledValue(
  value: number | string,
  total: number,
  round: 'up' | 'down' = 'up',
): number | undefined {
  if (typeof value === 'number') return value
  const match = /^(\d+)%$/.exec(value)
  if (match === null) return undefined
  const exact = (Number(match[1]) * total) / 100
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact)
}
