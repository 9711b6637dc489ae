import { readFileSync } from 'node:fs'
import type { Fields } from '../../../model/kubernetes/fields.ts'
import { yamlObjects } from '../yaml.ts'
import { editedYaml } from './edit-yaml.ts'

/** A file before and after all changes to it. */
export interface ChangedFile {
  readonly file: string
  readonly before: string
  readonly after: string
}

/** Changes the texts of manifests, one change after the other; nothing is written. */
export interface ManifestEditor {
  /** Changes the object that begins at `FILE:LINE`; false where its file can't be changed so. */
  change(origin: string, change: (object: Fields) => Fields): boolean
  changed(): readonly ChangedFile[]
}

/** Reads each file once, and only YAML: elsewhere a change of one field is a change of the whole line. */
export function manifestEditor(): ManifestEditor {
  const files = new Map<string, ChangedFile>()
  const open = (file: string): ChangedFile | undefined => {
    try {
      const before = files.get(file)?.before ?? readFileSync(file, 'utf8')
      return files.get(file) ?? { file, before, after: before }
    } catch {
      return undefined
    }
  }
  return {
    change: (origin, change) => {
      const [, file = '', line = ''] = /^(.*):(\d+)$/.exec(origin) ?? []
      const opened = /\.ya?ml$/.test(file) ? open(file) : undefined
      if (opened === undefined) return false
      // Changes move lines, and never the order of objects.
      const index = yamlObjects(opened.before).findIndex((one) => one.line === Number(line))
      const after = editedYaml(opened.after, index, change)
      if (after !== undefined) files.set(file, { ...opened, after })
      return after !== undefined
    },
    changed: () => [...files.values()].filter(({ before, after }) => before !== after),
  }
}
