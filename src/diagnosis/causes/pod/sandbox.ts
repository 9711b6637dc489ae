import { nameWord } from '../../../model/command/command.ts'
import type { Cause } from '../../cause.ts'
import { conditionEvidence, eventEvidence } from '../../evidence.ts'
import { eventsFix, inspectFix } from '../../fixes/commands.ts'
import { parseSandboxFailure, type SandboxFailure } from '../../messages/sandbox.ts'
import type { PodInfo } from '../../pod-info.ts'

/** A pod that gets no sandbox, and so no address and no container. */
export function sandboxCauses(podInfo: PodInfo): readonly Cause[] {
  const event = podInfo.events.findLast(
    ({ reason }) => reason === 'FailedCreatePodSandBox' || reason === 'NetworkNotReady',
  )
  if (event === undefined) return []
  const node = podInfo.pod.spec?.nodeName
  return [
    {
      code: 'sandbox-failed',
      layer: 'sandbox',
      severity: 'Error',
      confidence: 'Certain',
      effect: 'NotStarted',
      summary: `pod has no sandbox on node ${node}: ${failureText(parseSandboxFailure(event.message))}`,
      explanation:
        'Before any container starts, the runtime makes a sandbox and the network plugin gives it an address. That fails on ' +
        'this node, so look at the network plugin and the runtime there; other new pods of the node will have it, too.',
      evidence: [eventEvidence(event), ...conditionEvidence(podInfo, 'PodReadyToStartContainers')],
      fixes: [
        inspectFix('See the pods of the network plugin on that node', [
          ...['kubectl', 'get', 'pods', '-n', 'kube-system', '-o', 'wide'],
          ...['--field-selector', nameWord('Node', node ?? '', 'spec.nodeName=')],
        ]),
        eventsFix(podInfo),
      ],
    },
  ]
}

function failureText(failure: SandboxFailure): string {
  switch (failure.kind) {
    case 'NoAddress':
      return 'no IP address is left'
    case 'NetworkPlugin':
      return `the network plugin${failure.plugin ? ` ${failure.plugin}` : ''} fails`
    case 'Runtime':
      return 'the runtime fails'
  }
}
