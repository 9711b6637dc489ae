import { portsConflict } from '../../cluster/affinity-terms.ts'
import { podsOn } from '../../state/state.ts'
import { type Filter, resolvable } from '../filter.ts'

const IN_USE = resolvable({ code: 'HostPortInUse' } as const)

/** docs/reference/scheduler.md#R5. */
export const nodePorts: Filter<{ readonly code: 'HostPortInUse' }> = {
  name: 'NodePorts',
  reads: ['ports'],
  scope: 'PodsOfNode',
  words: { HostPortInUse: "node(s) didn't have free ports for the requested pod ports" },
  filter: (state, { ports }) => {
    if (ports.length === 0) return undefined
    return {
      check: (node) => {
        for (const other of podsOn(state, node.index))
          for (const taken of other.ports)
            if (ports.some((wanted) => portsConflict(wanted, taken))) return IN_USE
        return undefined
      },
    }
  },
}
