import type { RESOURCE_METRIC_CASES } from './autoscaling.ts'
import type { CONTAINER_START_CASES, KILLING_CASES } from './container.ts'
import type { CREATE_CASES } from './create.ts'
import type { EVICTION_CASES, TAINT_EVICTION_CASES } from './eviction.ts'
import type { BACK_OFF_CASES, IMAGE_PULL_CASES } from './image.ts'
import type { INGRESS_RELOAD_CASES } from './ingress.ts'
import type { COMPLETED_JOB_CASES } from './job.ts'
import type { SANDBOX_CASES } from './sandbox.ts'
import type { SCHEDULING_CASES } from './scheduling.ts'
import type { CLAIM_BINDING_CASES, MOUNT_CASES, PROVISIONING_CASES } from './volume.ts'

type Lists =
  | typeof BACK_OFF_CASES
  | typeof CLAIM_BINDING_CASES
  | typeof COMPLETED_JOB_CASES
  | typeof CONTAINER_START_CASES
  | typeof CREATE_CASES
  | typeof EVICTION_CASES
  | typeof IMAGE_PULL_CASES
  | typeof INGRESS_RELOAD_CASES
  | typeof KILLING_CASES
  | typeof MOUNT_CASES
  | typeof PROVISIONING_CASES
  | typeof RESOURCE_METRIC_CASES
  | typeof SANDBOX_CASES
  | typeof SCHEDULING_CASES
  | typeof TAINT_EVICTION_CASES

/** The id of any case of the catalogue: a rule that names one that is not there does not compile. */
export type CaseId = Lists[number]['id']
