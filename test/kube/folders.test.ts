import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { readFiles } from '../../src/kube/files/files.ts'
import { NOW } from '../helpers/builders.ts'
import { folderWith } from '../helpers/folder.ts'

const FIXTURES = 'test/fixtures/repositories'

/** What a folder gives: the names of its workloads, what is passed over, and what is broken. */
async function readOf(folder: string) {
  const {
    objects,
    notes = [],
    broken = [],
    gaps,
  } = await readFiles([folder], {
    recursive: true,
    tolerant: true,
    stdin: Readable.from([]),
    clock: NOW,
  })
  return {
    names: [...objects.deployments, ...objects.pods].map(({ metadata }) => metadata.name),
    replicas: objects.deployments[0]?.spec?.replicas,
    notes: notes.map((note) => note.replaceAll(`${folder}/`, '')),
    broken: broken.map(({ sentence }) => sentence.replaceAll(`${folder}/`, '')),
    gaps: gaps.map(({ resource }) => resource),
  }
}

describe('a folder of manifests', () => {
  test('with kustomizations: the base counts, and not what is laid over it', async () => {
    expect(await readOf(join(FIXTURES, 'kustomize'))).toEqual({
      names: ['storefront'],
      replicas: 2,
      notes: [
        'passed over 2 kustomizations and 4 files of theirs (base, overlays/prod); render one with: kubectl kustomize overlays/prod | kubectl probe-check -f -',
      ],
      broken: [],
      gaps: [],
    })
  })

  test('with a chart, a template and the configuration of a CI', async () => {
    expect(await readOf(join(FIXTURES, 'helm'))).toEqual({
      names: ['worker'],
      notes: [
        'passed over 1 Helm chart (charts/shop); render it with: helm template charts/shop | kubectl probe-check -f -',
        'passed over 1 template (deploy/job.yaml): render them first',
        'passed over 1 file without Kubernetes objects (ci/pipeline.yml)',
      ],
      broken: [],
      gaps: [],
    })
  })

  test('names all that is broken, reads the rest, and takes nothing that it names for absent', async () => {
    expect(await readOf(join(FIXTURES, 'raw'))).toEqual({
      names: ['cart', 'daily'],
      replicas: 2,
      notes: [],
      broken: [
        '20-service.yaml:5: the line is indented differently from the lines that it belongs to',
        '30-workers.yaml:6: Pod nightly: spec.livenessProbe: a livenessProbe does not belong in spec: it stands too high up',
      ],
      gaps: ['pods', 'services'],
    })
  })

  test('that holds only what is passed over, or only what is broken, says so', async () => {
    await expect(readOf(join(FIXTURES, 'helm/charts'))).rejects.toMatchObject({
      sentence: `no objects found in ${FIXTURES}/helm/charts`,
      hint: expect.stringContaining('helm template'),
    })
    const broken = folderWith({
      'a.yaml': 'apiVersion: v1\nkind: Pod\n',
      'b.yaml': '{apiVersion: v1, kind: [',
    })
    await expect(readOf(broken)).rejects.toThrow(
      /a\.yaml:1: the Pod has no metadata\.name\nerror: .*b\.yaml:/,
    )
  })

  test('with a path that a shell would take apart', async () => {
    const folder = folderWith({
      "it's mine/Chart.yaml": 'name: x',
      'pod.yaml': 'kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec: {containers: []}',
    })
    expect((await readOf(folder)).notes[0]).toContain(
      `helm template '${folder}/it'\\''s mine' |`.replace(`${folder}/`, ''),
    )
  })

  test('a file that is named is not passed over', async () => {
    const file = join(FIXTURES, 'helm/charts/shop/values.yaml')
    await expect(readOf(file)).rejects.toThrow(`${file}:1: the object has no apiVersion`)
  })
})
