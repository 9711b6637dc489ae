import { describeReference } from '../../model/kubernetes/reference.ts'
import type { Finding } from '../../model/report/finding.ts'

/** Where objects and their fields stand in the files that were read. */
export interface Sources {
  /** `FILE:LINE` by `Kind/namespace/name`, as {@link Snapshot.origins}; empty for a cluster. */
  readonly origins: Readonly<Record<string, string>>
  /** `FILE:LINE` of a field of the object that begins at `origin`. */
  readonly sourceLocation: (origin: string, path: string) => string
}

/** `FILE:LINE` of the field that a finding is about, else of its object; undefined for what came from no manifest. */
export function placeOf(finding: Finding, { origins, sourceLocation }: Sources): string | undefined {
  const { namespace = '', kind, name } = finding.subject
  const origin = origins[`${kind}/${namespace}/${name}`]
  const field = fieldOf(finding)
  return origin === undefined || field === undefined ? origin : sourceLocation(origin, field)
}

/** The first field of the object itself that a finding rests on. */
const fieldOf = ({ evidence, subject }: Finding): string | undefined =>
  evidence.find(
    ({ source, object, path }) =>
      source === 'Spec' && path !== undefined && object === describeReference(subject),
  )?.path
