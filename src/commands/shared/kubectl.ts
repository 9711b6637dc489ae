/** Flags that say which cluster is meant and as whom. Not `--token`: a secret has no place in a script. */
const FLAGS = [
  'kubeconfig',
  'context',
  'cluster',
  'user',
  'server',
  'as',
  'as-group',
  'as-uid',
  'certificate-authority',
  'tls-server-name',
  'insecure-skip-tls-verify',
] as const

/** `kubectl` with those of the given flags that reach the same cluster: for commands that a report proposes. */
export const kubectlWords = (flags: Readonly<Record<string, unknown>>): readonly string[] => [
  'kubectl',
  ...FLAGS.flatMap((name) => {
    const value = flags[name]
    if (value === true) return [`--${name}`]
    const values = Array.isArray(value) ? value : [value]
    return values.flatMap((one) => (typeof one === 'string' ? [`--${name}`, one] : []))
  }),
]
