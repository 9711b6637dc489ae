import { gzipSync } from 'node:zlib'
import { type Fault, half, head, JSON_TYPE, same, told } from './fault.ts'

/** Answers that end early, or look as if they did. */
export const CUTS: readonly Fault[] = [
  told('cut by the length it gave', ({ response, upstream: { body }, socket }) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': `${body.length}` })
    response.write(half(body), () => socket.destroySoon())
  }),
  told('cut between chunks', ({ response, upstream: { body }, socket }) => {
    response.writeHead(200, JSON_TYPE)
    response.write(half(body), () => socket.destroySoon())
  }),
  told('cut where nothing tells the length', ({ upstream: { body }, socket }) => {
    socket.end(Buffer.concat([Buffer.from(head(['Connection: close'])), half(body)]))
  }),
  told('cut within compressed data', ({ upstream: { body }, socket }) => {
    const fields = ['Content-Encoding: gzip', 'Connection: close']
    socket.end(Buffer.concat([Buffer.from(head(fields)), half(gzipSync(body))]))
  }),
  told('cut before the head', ({ socket }) => void socket.destroySoon()),
  told('cut within the head', ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\nContent-Ty')),
  told('reset before the head', ({ reset }) => reset()),
  told('reset in the middle', ({ response, upstream: { body }, reset }) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': `${body.length}` })
    response.write(half(body), () => setTimeout(reset, 20))
  }),
  told('shorter than it is', ({ upstream: { body }, socket }) => {
    const fields = [`Content-Length: ${Math.floor(body.length / 2)}`, 'Connection: close']
    socket.end(Buffer.concat([Buffer.from(head(fields)), body]))
  }),
  same('no length, closed at the end', ({ upstream: { body }, socket }) => {
    socket.end(Buffer.concat([Buffer.from(head(['Connection: close'])), body]))
  }),
  same('closes after each answer', ({ pass }) => pass({ headers: { connection: 'close' } })),
  same('reset of a connection that was idle', ({ pass, reset, response }) => {
    response.once('finish', () => setTimeout(reset, 50))
    pass()
  }),
]
