import type { Container } from '../../../model/kubernetes/objects.ts'
import {
  describeHandler,
  type EffectiveProbe,
  type Handler,
  resolvePort,
} from '../../../model/kubernetes/probe.ts'
import { listed } from '../../../model/text/words.ts'
import type { ContainerPatch } from '../../fixes/container-patch.ts'

/** What differs between two forms of one probe. */
export interface ProbeDifference {
  /** Makes the present form the other one, below the probe. */
  readonly patch: ContainerPatch
  /** The other form: `port http and scheme HTTP`. */
  readonly words: string
  /** Fields below the probe as they are in the other form. */
  readonly facts: readonly { readonly field: string; readonly text: string }[]
}

/** A probe, and the container whose ports it names. */
interface ProbeOfContainer {
  readonly probe: EffectiveProbe
  readonly container: Container
}

/** The fields of a handler that say what is asked. */
const FIELDS: Readonly<Record<Handler['kind'], readonly string[]>> = {
  exec: ['command'],
  grpc: ['port', 'service'],
  httpGet: ['path', 'port', 'scheme', 'host', 'httpHeaders'],
  tcpSocket: ['port', 'host'],
}

/** What the other probe asks that this one does not; undefined where they ask the same, or a port has gone. */
export function handlerDifference(
  { probe: { handler, probe: written }, container }: ProbeOfContainer,
  { probe: { handler: other, probe: otherWritten }, container: otherContainer }: ProbeOfContainer,
): ProbeDifference | undefined {
  // The name of a port may stand for another number here, or for none.
  const port = other.kind === 'exec' ? undefined : resolvePort(otherContainer, other.port)
  const isNamed = other.kind !== 'exec' && typeof other.port === 'string'
  const isSameName = isNamed && resolvePort(container, other.port) === port
  const wanted = (field: string) =>
    field === 'port' && isNamed && !isSameName ? (port ?? null) : fieldOf(otherWritten[other.kind], field)
  if (handler.kind !== other.kind) {
    const all = FIELDS[other.kind].map((field) => [field, wanted(field)] as const)
    const set = Object.fromEntries(all.filter(([, value]) => value !== null))
    if (other.kind !== 'exec' && set['port'] === undefined) return undefined
    const words = describeHandler(other)
    return {
      patch: { [handler.kind]: null, [other.kind]: set },
      words,
      facts: [{ field: other.kind, text: words }],
    }
  }
  const isSamePort = handler.kind !== 'exec' && resolvePort(container, handler.port) === port
  const changed = FIELDS[other.kind].filter(
    (field) =>
      !(field === 'port' && isSamePort) &&
      JSON.stringify(fieldOf(written[handler.kind], field)) !== JSON.stringify(wanted(field)),
  )
  if (changed.length === 0 || (changed.includes('port') && wanted('port') === null)) return undefined
  return {
    patch: { [other.kind]: Object.fromEntries(changed.map((field) => [field, wanted(field)])) },
    words: listed(
      changed.map((field) => (wanted(field) === null ? `no ${field}` : `${field} ${textOf(wanted(field))}`)),
    ),
    facts: changed.map((field) => ({ field: `${other.kind}.${field}`, text: textOf(wanted(field)) })),
  }
}

const fieldOf = (from: object | undefined, field: string): unknown =>
  (from as Readonly<Record<string, unknown>> | undefined)?.[field] ?? null

function textOf(value: unknown): string {
  if (value === null) return 'not set'
  return typeof value === 'object' || value === '' ? JSON.stringify(value) : `${value}`
}
