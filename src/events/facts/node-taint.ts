/** Taints that the node controller gives a node for its condition. */
const CONDITION_TAINTS = ['not-ready', 'unreachable', 'disk-pressure', 'memory-pressure', 'pid-pressure'].map(
  (name) => `node.kubernetes.io/${name}`,
)

/** Whether nodes get a taint of this key for their condition. */
export const isConditionTaint = (key: string): boolean => CONDITION_TAINTS.includes(key)

/** Since 1.35 the scheduler does not name the taints any more. */
const UNNAMED_TAINTS = 'untolerated taint(s)'

/** Whether a message of the scheduler or of an autoscaler says that nodes have such a taint, or may have. */
export const namesConditionTaint = (message: string): boolean =>
  [...CONDITION_TAINTS, UNNAMED_TAINTS].some((words) => message.includes(words))
