import type { Misbehaviour } from '../proxy.ts'
import { type Fault, slow } from './fault.ts'

const connections = (
  name: string,
  spoil: (socket: Parameters<NonNullable<Misbehaviour['connection']>>[0]) => void,
): Fault => ({
  name,
  outcome: 'Told',
  connection: (socket) => {
    spoil(socket)
    return true
  },
})

/** About every connection. */
export const CONNECTION_FAULTS: readonly Fault[] = [
  connections('closes what is opened', (socket) => socket.destroy()),
  connections('resets what is opened', (socket) => socket.resetAndDestroy()),
  connections('answers TLS with HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  connections('answers TLS with noise', (socket) => socket.end(Buffer.alloc(64, 7))),
  slow(connections('never ends the TLS handshake', () => {})),
  slow(
    connections('closes in the middle of the TLS handshake', (socket) =>
      socket.once('data', () => {
        socket.write(Buffer.from([0x16, 3, 3, 0, 0x7a]))
        setTimeout(() => socket.destroy(), 100)
      }),
    ),
  ),
]
