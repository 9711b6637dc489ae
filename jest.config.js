/** These start a process each: left out unless the command line names them, as `npm run test:processes` does. */
const PROCESSES = ['<rootDir>/test/process/', '<rootDir>/test/transcripts.test.ts']
const named = process.argv.slice(2).some((word) => /process|transcripts/.test(word))

/** Unit tests: no cluster, no network. Those against a real control plane have test/cluster/jest.config.js. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/helpers/jest/strip-types.js' },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/test/cluster/',
    '<rootDir>/test/faults/',
    ...(named ? [] : PROCESSES),
  ],
  reporters: ['default', '<rootDir>/test/helpers/jest/count-tests.ts'],
  // Jest leaves one core to itself, which on two cores is half of them.
  maxWorkers: '100%',
  coverageProvider: 'v8',
}
