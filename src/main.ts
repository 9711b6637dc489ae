import { handleSignals, main } from './commands/run.ts'

// No top-level await and no process.exit: a bundle that oclif imports while it is being evaluated must not wait for
// itself, and what was written to a pipe must reach it before the process ends.
handleSignals(process)
void main(process.argv.slice(2), process)
