import { casesWith } from './case.ts'

/** Why the network or the runtime of the node cannot set up a pod. */
export const SANDBOX_CASES = casesWith(
  { causeCode: 'sandbox-failed', stage: 'sandbox', resolvedBy: ['Started'] },
  [
    {
      id: 'pod-ips-exhausted',
      pattern:
        /failed to assign an IP address|no (available )?IP addresses|no addresses available|IPAM.*(full|exhaust)/i,
      meaning: 'The network plugin has no free IP address for the pod',
      advice: 'Free addresses, enlarge the range, or lower the number of pods per node',
    },
    {
      id: 'runtime-class-missing',
      pattern: /no runtime for "[^"]*" is configured/,
      meaning: 'The node does not have the runtime that the RuntimeClass of the pod names',
      advice: 'Install the runtime on the node, or correct runtimeClassName',
    },
    {
      id: 'pause-image-missing',
      pattern: /failed to get sandbox image/,
      meaning: 'The node cannot get the small image that every pod needs for its sandbox',
      advice: 'Make the sandbox image of the runtime reachable from the node',
    },
    {
      id: 'network-plugin-failed',
      pattern: /plugin type="|cni plugin not initialized|networkPlugin cni failed|\bcni\b/i,
      meaning: 'The network plugin of the node could not give the pod a network',
      advice: 'Look at the network plugin pod on this node and its log',
    },
    {
      id: 'sandbox-slow',
      pattern: /failed to reserve sandbox name|context deadline exceeded|DeadlineExceeded/,
      meaning: 'The runtime is still busy with the attempt before to set up the pod',
      advice: 'Look at the load, the disk and the runtime of the node',
    },
  ],
)
