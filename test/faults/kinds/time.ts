import { setTimeout as sleep } from 'node:timers/promises'
import { type Fault, half, JSON_TYPE, same, slow, told } from './fault.ts'

/** Answers that take their time. */
export const TIME: readonly Fault[] = [
  slow(
    same('waits a second before the head', async ({ pass }) => {
      await sleep(1000)
      pass()
    }),
  ),
  slow(
    same('drips its answer in a second', async ({ response, upstream: { body } }) => {
      response.writeHead(200, JSON_TYPE)
      for (let from = 0; from < body.length; from += Math.ceil(body.length / 20)) {
        response.write(body.subarray(from, from + Math.ceil(body.length / 20)))
        await sleep(50)
      }
      response.end()
    }),
  ),
  slow(told('never answers', () => {})),
  slow(
    told('stops in the middle and keeps the connection', ({ response, upstream: { body } }) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': `${body.length}` })
      response.write(half(body))
    }),
  ),
  slow(
    told('drips for ever', async ({ response }) => {
      response.writeHead(200, JSON_TYPE)
      response.write('{"kind":')
      while (!response.destroyed) {
        response.write(' ')
        await sleep(20)
      }
    }),
  ),
  slow(
    told('sends heads for ever', async ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      while (!socket.destroyed) {
        socket.write('X: y\r\n')
        await sleep(20)
      }
    }),
  ),
]
