import { execFile } from 'node:child_process'
import { Readable } from 'node:stream'
import { UserError } from '../../../model/errors.ts'
import { oneLine } from '../../../model/text/words.ts'

/** As much as is read of any pipe. */
const MOST_BYTES = 1024 * 1024 * 1024

/**
 * What `kubectl kustomize FOLDER` prints: the kustomize that kubectl has is the one that `kubectl apply -k` uses.
 * @throws UserError where there is no kubectl on the `PATH`, and in its words where it can't render the folder
 */
export function rendered(folder: string, env: NodeJS.ProcessEnv): Promise<AsyncIterable<Buffer>> {
  return new Promise((resolve, reject) => {
    const options = { env, encoding: 'buffer', maxBuffer: MOST_BYTES } as const
    // Behind `--`, no name of a folder is a flag.
    execFile('kubectl', ['kustomize', '--', folder], options, (error, stdout, stderr) => {
      if (error === null) resolve(Readable.from([stdout]))
      else if (error.code === 'ENOENT')
        reject(
          new UserError(
            '-k needs kubectl, which is not on the PATH',
            'Render the folder where it is, and give what it prints: kubectl kustomize DIR > all.yaml, then -f all.yaml.',
          ),
        )
      else
        reject(
          new UserError(
            `${folder} could not be rendered: ${wordsOf(stderr.toString()) || error.message}`,
            'Try it alone: kubectl kustomize DIR.',
          ),
        )
    })
  })
}

/** What kubectl says is wrong: behind `error: `, or in a line of its log. */
function wordsOf(stderr: string): string {
  const logged = /^E\d{4} .* err="(.*)"$/m.exec(stderr)?.[1]
  return oneLine(logged?.replaceAll('\\"', '"') ?? stderr.replace(/^error: /, ''))
}
