import { appendFileSync } from 'node:fs'

/** Adds tests to the sum that .ci/run makes of all its steps, in the file that TEST_COUNTS names; without it does nothing. */
export function countTests(passed: number, failed: number): void {
  const file = process.env['TEST_COUNTS']
  if (file !== undefined) appendFileSync(file, `${passed} ${failed}\n`)
}

interface JestResults {
  readonly numPassedTests: number
  readonly numFailedTests: number
  /** Test files that could not be run at all. */
  readonly numRuntimeErrorTestSuites: number
}

/** A reporter for jest that counts what it ran. */
export default class CountTests {
  onRunComplete(
    _contexts: unknown,
    { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }: JestResults,
  ): void {
    countTests(numPassedTests, numFailedTests + numRuntimeErrorTestSuites)
  }
}
