import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Complaint, FuzzCase } from './case.ts'

/**
 * More processor time than this for one case, and it counts as one that never ends. The slowest that is known to end, a
 * drain of four nodes under many budgets, takes a minute. A busy machine makes the time on the clock several times as
 * long.
 */
const LIMIT_SECONDS = 180
/** The same by the clock, for a case that waits for ever. */
const LIMIT_WAITING_SECONDS = 1800
/** The heap of one case, in MiB: what a cluster of thousands of pods needs. */
const HEAP_MEBIBYTES = 768

/** Judges cases in a thread that is made anew where one does not come back. */
export interface Judge {
  judge(one: FuzzCase, index: number): Promise<readonly Complaint[]>
  close(): Promise<void>
}

export function newJudge(): Judge {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  let worker: Promise<Worker> | undefined
  const started = () => {
    worker ??= start(join(folder, 'input'))
    return worker
  }
  const ended = async () => {
    await (await worker)?.terminate()
    worker = undefined
  }
  return {
    async judge(one, index) {
      const thread = await started()
      const complaints = await answerOf(thread, { one, index })
      if (complaints.some(({ oracle }) => oracle === 'hang' || oracle === 'memory')) await ended()
      return complaints
    },
    async close() {
      await ended()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function start(folder: string): Promise<Worker> {
  const thread = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { folder },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  await new Promise((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
  })
  return thread
}

function answerOf(thread: Worker, message: object): Promise<readonly Complaint[]> {
  return new Promise((resolve) => {
    const done = (complaints: readonly Complaint[]) => {
      clearInterval(timer)
      thread.off('message', done)
      thread.off('error', failed)
      resolve(complaints)
    }
    const failed = (error: NodeJS.ErrnoException) =>
      done([
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? { oracle: 'memory', detail: `more than ${HEAP_MEBIBYTES} MiB` }
          : // The thread is gone, as with memory.
            { oracle: 'memory', detail: `it ended: ${error.stack ?? error.message}` },
      ])
    const start = { time: performance.now(), cpu: process.cpuUsage() }
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(start.cpu)
      if ((user + system) / 1e6 > LIMIT_SECONDS)
        done([{ oracle: 'hang', detail: `more than ${LIMIT_SECONDS} s` }])
      else if (performance.now() - start.time > LIMIT_WAITING_SECONDS * 1000)
        done([{ oracle: 'hang', detail: `it waits for more than ${LIMIT_WAITING_SECONDS} s` }])
    }, 1000)
    thread.on('message', done)
    thread.on('error', failed)
    thread.postMessage(message)
  })
}
