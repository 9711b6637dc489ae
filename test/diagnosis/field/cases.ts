import type { FieldCase } from '../../helpers/findings.ts'
import { CONNECT_CASES } from './connect.ts'
import { EXEC_CASES } from './exec.ts'
import { HTTP_CASES } from './http.ts'
import { NETWORK_CASES } from './network.ts'
import { PORT_NAME_CASES } from './port-names.ts'
import { PROTOCOL_CASES } from './protocol.ts'
import { SLOW_CASES } from './slow.ts'
import { STATE_CASES } from './state.ts'

/** Every row of docs/reference/probe-failures.md, with what only looks like it. */
export const FIELD_CASES: readonly FieldCase[] = [
  ...CONNECT_CASES,
  ...NETWORK_CASES,
  ...SLOW_CASES,
  ...HTTP_CASES,
  ...PROTOCOL_CASES,
  ...PORT_NAME_CASES,
  ...EXEC_CASES,
  ...STATE_CASES,
]
