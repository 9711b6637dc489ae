import { shellWord } from '../../../model/text/shell.ts'
import { plural } from '../../../model/text/words.ts'

/** What a folder holds beside manifests, by path. Mutable while the folder is read. */
export interface PassedOver {
  /** Folders of Helm charts. */
  readonly charts: string[]
  /** Folders with a kustomization. */
  readonly kustomizations: string[]
  /** Files that a kustomization lays over others, or that look like it. */
  readonly patches: string[]
  /** Templates outside of a chart. */
  readonly templates: string[]
  /** What is no Kubernetes object. */
  readonly others: string[]
}

export const nothingPassedOver = (): PassedOver => ({
  charts: [],
  kustomizations: [],
  patches: [],
  templates: [],
  others: [],
})

/** More names than these are no help. */
const NAMED = 3

const named = (paths: readonly string[]): string =>
  ` (${paths.slice(0, NAMED).join(', ')}${paths.length > NAMED ? ', ...' : ''})`

/** A sentence for each kind of thing that was not looked at, and how to have it looked at. */
export function passedOverNotes({
  charts,
  kustomizations,
  patches,
  templates,
  others,
}: PassedOver): readonly string[] {
  const fragments = patches.length === 0 ? '' : ` and ${plural(patches.length, 'file')} of theirs`
  return [
    ...(charts.length === 0
      ? []
      : [
          `passed over ${plural(charts.length, 'Helm chart')}${named(charts)}; render it with: helm template ${shellWord(charts[0] ?? '')} | kubectl probe-check -f -`,
        ]),
    ...(kustomizations.length === 0
      ? []
      : [
          `passed over ${plural(kustomizations.length, 'kustomization')}${fragments}${named(kustomizations)}; render one with: kubectl kustomize ${shellWord(kustomizations.at(-1) ?? '')} | kubectl probe-check -f -`,
        ]),
    ...(kustomizations.length > 0 || patches.length === 0
      ? []
      : [`passed over ${plural(patches.length, 'patch', 'patches')}${named(patches)}`]),
    ...(templates.length === 0
      ? []
      : [`passed over ${plural(templates.length, 'template')}${named(templates)}: render them first`]),
    ...(others.length === 0
      ? []
      : [`passed over ${plural(others.length, 'file')} without Kubernetes objects${named(others)}`]),
  ]
}
