/** What this file needs to know of an oclif flag. */
interface FlagDefinition {
  readonly type: 'boolean' | 'option'
}

/**
 * Rewrites `--flag=true` and `--flag=false` of boolean flags, which kubectl understands and oclif does not:
 * the first becomes `--flag`, the second goes. Everything after `--` stays as it is.
 */
export function withoutBooleanValues(
  argv: readonly string[],
  flags: Readonly<Record<string, FlagDefinition>>,
): readonly string[] {
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  const kept = own.flatMap((word) => {
    const match = /^--([a-z-]+)=(true|1|t|false|0|f)$/i.exec(word)
    if (match === null || flags[match[1] ?? '']?.type !== 'boolean') return [word]
    return /^(true|1|t)$/i.test(match[2] ?? '') ? [`--${match[1]}`] : []
  })
  return end === -1 ? kept : [...kept, ...argv.slice(end)]
}
