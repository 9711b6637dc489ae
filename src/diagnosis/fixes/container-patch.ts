import { type EffectiveProbe, type Handler, probeField } from '../../model/kubernetes/probe.ts'

/** A strategic merge patch of one container, without its name; `null` removes a field. */
export type ContainerPatch = Readonly<Record<string, unknown>>

/** Changes fields of the handler that the probe has; of several probes that ask the same, all of them. */
export const handlerPatch = (probes: readonly EffectiveProbe[], change: ContainerPatch): ContainerPatch =>
  Object.fromEntries(probes.map(({ type, handler }) => [probeField(type), { [handler.kind]: change }]))

/** Replaces the handler: the old kind must be removed, because a probe has exactly one. */
export const swapHandlerPatch = (
  { type, handler }: EffectiveProbe,
  kind: Handler['kind'],
  value: ContainerPatch,
): ContainerPatch => ({ [probeField(type)]: { [handler.kind]: null, [kind]: value } })
