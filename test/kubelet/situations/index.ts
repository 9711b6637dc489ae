import { CONNECTION, EXEC } from './connection.ts'
import { HEALTHY } from './healthy.ts'
import { HTTP } from './http.ts'
import { MENDED } from './mended.ts'
import { PLACING } from './placing.ts'
import { RUNNING } from './running.ts'
import type { Situation } from './situation.ts'
import { STARTING } from './starting.ts'
import { TIMING } from './timing.ts'
import { VOLUMES } from './volumes.ts'

/** Everything that `npm run test:kubelet` makes on a node. */
export const SITUATIONS: readonly Situation[] = [
  ...HEALTHY,
  ...HTTP,
  ...CONNECTION,
  ...EXEC,
  ...TIMING,
  ...STARTING,
  ...VOLUMES,
  ...PLACING,
  ...RUNNING,
  ...MENDED,
]
