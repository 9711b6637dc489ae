/** What fails where a pod gets no sandbox. `plugin` is the name of the network plugin, where the text has it. */
export type SandboxFailure =
  | { readonly kind: 'NoAddress' | 'Runtime' }
  | { readonly kind: 'NetworkPlugin'; readonly plugin: string | undefined }

/** Reads a `FailedCreatePodSandBox` or `NetworkNotReady` event. */
export function parseSandboxFailure(message: string): SandboxFailure {
  if (/assign an IP|no IP addresses|IP pool|no available IPs/i.test(message)) return { kind: 'NoAddress' }
  const network = /cni plugin not initialized|network is not ready|plugin type="?([\w-]+)/i.exec(message)
  return network === null ? { kind: 'Runtime' } : { kind: 'NetworkPlugin', plugin: network[1] }
}
