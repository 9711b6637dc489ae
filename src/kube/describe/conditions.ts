import type { Fields } from '../../model/kubernetes/fields.ts'
import { type Branch, field, timeOf } from './tree.ts'

/** Rows of `Type Status [LastProbeTime|LastHeartbeatTime LastTransitionTime] [Reason [Message]]`. */
export function parseConditions(conditions: Branch | undefined): readonly Fields[] {
  // Rows of a PersistentVolumeClaim stand deeper than their heading.
  const own = conditions?.children ?? []
  const rows: readonly Branch[] = own.flatMap((row) => [row, ...row.children])
  return rows.map(({ text }) => parseCondition(text)).filter((one) => one !== undefined)
}

const TIME = String.raw`\w{3}, \d\d \w{3} \d{4} [\d:]{8} \S+`
const CONDITION = new RegExp(
  String.raw`^(\S+)\s+(True|False|Unknown)(?:\s+(?:${TIME})\s+(${TIME}))?(?:\s+(\S+)(?:\s+(\S.*))?)?$`,
)

function parseCondition(text: string): Fields | undefined {
  const match = CONDITION.exec(text)
  if (match === null) return undefined
  const [, type, status, changed, reason, message] = match
  return {
    type,
    status,
    ...field('lastTransitionTime', timeOf(changed)),
    ...field('reason', reason),
    ...field('message', message),
  }
}
