import { type Fault, head, same, told } from './fault.ts'

/** What is no HTTP, or nearly so. */
export const HTTP: readonly Fault[] = [
  told('no HTTP', ({ socket }) => void socket.end('SSH-2.0-OpenSSH_9.7\r\n')),
  told('two different lengths', ({ upstream: { body }, socket }) => {
    const fields = [`Content-Length: ${body.length}`, 'Content-Length: 2']
    socket.end(Buffer.concat([Buffer.from(head(fields)), body]))
  }),
  told('a head without end', ({ socket }) => {
    socket.on('error', () => {})
    socket.end(`HTTP/1.1 200 OK\r\n${'X-Long: '.padEnd(200_000, 'x')}\r\n\r\n{}`)
  }),
  told('a length that is not one', ({ upstream: { body }, socket }) => {
    socket.end(Buffer.concat([Buffer.from(head(['Content-Length: many'])), body]))
  }),
  same('an interim answer before the real one', ({ response, pass }) => {
    response.writeProcessing()
    pass()
  }),
]
