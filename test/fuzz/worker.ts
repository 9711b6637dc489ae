import { parentPort, workerData } from 'node:worker_threads'
import type { FuzzCase } from './case.ts'
import { caseRunner } from './run-case.ts'

// A worker can be ended from outside in the middle of a loop, and has a heap of its own.
const { folder } = workerData as { readonly folder: string }
// DEBUG makes an internal mistake say where it was.
Object.assign(process.env, { NO_COLOR: '1', HOME: folder, KUBECONFIG: '', DEBUG: '1' })
const runner = await caseRunner(folder)
parentPort?.on('message', ({ one, index }: { readonly one: FuzzCase; readonly index: number }) => {
  runner.judge(one, index).then(
    (complaints) => parentPort?.postMessage(complaints),
    (error: Error) =>
      parentPort?.postMessage([{ oracle: 'crash', detail: `thrown: ${error.stack ?? error.message}` }]),
  )
})
parentPort?.postMessage('ready')
