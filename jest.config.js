/** Unit tests: no cluster, no network. Those against a real control plane have test/cluster/jest.config.js. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/helpers/jest/strip-types.js' },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cluster/'],
  reporters: ['default', '<rootDir>/test/helpers/jest/count-tests.ts'],
  coverageProvider: 'v8',
}
