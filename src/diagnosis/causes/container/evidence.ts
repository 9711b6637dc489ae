import type { Evidence } from '../../../model/report/finding.ts'
import type { Occurrence } from '../../../model/snapshot/occurrence.ts'
import { eventEvidence, specEvidence } from '../../evidence.ts'
import { backOffContainer } from '../../messages/back-off.ts'
import type { ContainerInfo } from '../../pod-info.ts'

/** What the container is told to run, as far as the pod says. */
export const commandEvidence = (container: ContainerInfo): readonly Evidence[] => {
  const { command, args } = container.spec
  if (command != null && command.length > 0)
    return [specEvidence(container, 'command', JSON.stringify(command))]
  return args != null && args.length > 0 ? [specEvidence(container, 'args', JSON.stringify(args))] : []
}

/** Events which say that the kubelet waits before it starts the container again, oldest first. */
export const backOffEvents = (container: ContainerInfo): readonly Occurrence[] =>
  container.podInfo.events.filter(
    ({ reason, message }) => reason === 'BackOff' && backOffContainer(message) === container.name,
  )

/** The kubelet waits before it starts the container again. */
export const backOffEvidence = (container: ContainerInfo): readonly Evidence[] =>
  backOffEvents(container).slice(-1).map(eventEvidence)
