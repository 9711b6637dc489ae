import { expect, test } from '@jest/globals'
import { rendered } from '../../src/kube/files/folder/render.ts'
import { folderWith } from '../helpers/folder.ts'

/** An environment whose kubectl is this script. */
const withKubectl = (script: string) => ({
  PATH: `${folderWith({ kubectl: `#!/bin/sh\n${script}\n` })}:/usr/bin:/bin`,
})

test('-k gives kubectl the folder, whatever its name is', async () => {
  const env = withKubectl('printf "%s|" "$@"')
  const printed = async (folder: string) => {
    let text = ''
    for await (const chunk of await rendered(folder, env)) text += chunk.toString()
    return text
  }
  expect(await printed('overlays/my prod')).toBe('kustomize|--|overlays/my prod|')
  expect(await printed('--help')).toBe('kustomize|--|--help|')
})

test('-k says in the words of kubectl why a folder can not be rendered', async () => {
  const log = `echo 'E1122 01:58:17.0 1 run.go:72] "command failed" err="unable to find \\"x\\""' >&2; exit 1`
  await expect(rendered('here', withKubectl(log))).rejects.toMatchObject({
    sentence: 'here could not be rendered: unable to find "x"',
  })
  await expect(rendered('here', withKubectl('echo "error: no such file" >&2; exit 1'))).rejects.toMatchObject(
    {
      sentence: 'here could not be rendered: no such file',
    },
  )
})

test('-k without kubectl is one sentence', async () => {
  await expect(rendered('here', { PATH: folderWith() })).rejects.toMatchObject({
    sentence: '-k needs kubectl, which is not on the PATH',
    hint: expect.stringContaining('kubectl kustomize DIR > all.yaml'),
  })
})
