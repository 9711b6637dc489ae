import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import type { ContainerLog } from '../../src/model/snapshot/snapshot.ts'

/** Something that happens to people, and what they type. */
export interface Situation {
  /** The name of its text, in kebab case. */
  readonly name: string
  /** What the text has to tell them. */
  readonly tells: string
  /** Without `-f`: it reads what is here. */
  readonly command: readonly [plugin: 'drain-plan' | 'probe-check' | 'explain-events', ...words: string[]]
  /** The cluster; or `files` of manifests. */
  readonly objects?: readonly (KubeObject | object)[]
  readonly logs?: readonly ContainerLog[]
  readonly files?: Readonly<Record<string, string>>
}
