import { join } from 'node:path'
import unit from '../../jest.config.js'

/** Tests against a real control plane; `npm run test:cluster` starts it. One at a time: they share the cluster. */
export default {
  ...unit,
  rootDir: join(import.meta.dirname, '..', '..'),
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts', '<rootDir>/test/faults/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 120_000,
}
