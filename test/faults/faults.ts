import { BODIES } from './kinds/bodies.ts'
import { COMPRESSION } from './kinds/compression.ts'
import { CUTS } from './kinds/cuts.ts'
import type { Fault } from './kinds/fault.ts'
import { HTTP } from './kinds/http.ts'
import { REFUSALS } from './kinds/refusals.ts'
import { TIME } from './kinds/time.ts'

/** About a list: what the server answers to it. */
export const LIST_FAULTS: readonly Fault[] = [
  ...TIME,
  ...CUTS,
  ...REFUSALS,
  ...BODIES,
  ...COMPRESSION,
  ...HTTP,
]
