/**
 * Which Kubernetes `--kubernetes` means: `npm run --silent kubernetes [-- 1.33|by-date]` prints the version for programs
 * and says on standard error why. CI asks once, so that all its steps build and test the same one, also past midnight.
 */
import { chooseKubernetes, UsageError } from '../test/cluster/harness/versions.ts'

try {
  const { version, sentence } = chooseKubernetes(process.argv[2], new Date())
  process.stderr.write(`${sentence}\n`)
  process.stdout.write(`${version.minor}\n`)
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
