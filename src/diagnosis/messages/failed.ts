/** What an event of reason `Failed` is about: the kubelet gives the pull and the creation of a container the same reason. */
export type FailedStep = 'Pull' | 'Create' | 'Other'

/** Reads a `Failed` event. */
export function parseFailed(message: string): FailedStep {
  if (message.startsWith('Failed to pull image')) return 'Pull'
  return message.startsWith('Error: ') ? 'Create' : 'Other'
}
