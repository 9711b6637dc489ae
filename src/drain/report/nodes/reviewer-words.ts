import type { Reviewer } from '../../disruption/admission.ts'

/** `webhook evictions.example.com`, `ValidatingAdmissionPolicy guard`; of one that is known what people call it. */
export function reviewerName({ kind, name, webhook, known }: Reviewer): string {
  if (known !== undefined) return known.name
  return webhook === undefined ? `${kind} ${name}` : `webhook ${webhook}`
}

/** Who is asked, what it may do, and what kubectl makes of that (docs/reference/eviction.md#admission). */
export function reviewerText(reviewer: Reviewer): string {
  const { known, backends, service, conditional } = reviewer
  const who = whoIsAsked(reviewer)
  if (backends === 'None')
    return `${who} is asked about the eviction, and Service ${service} has no Ready pod: until it has one, the eviction fails, and kubectl gives the pod up`
  if (known !== undefined) return `${who} ${known.does}`
  const conditions = conditional ? ', where its matchConditions hold' : ''
  return `${who} is asked about the eviction${conditions}, and may refuse it: kubectl then gives the pod up, or tries again every 5 s where the answer is 429`
}

function whoIsAsked({ kind, name, webhook, service, failurePolicy }: Reviewer): string {
  if (webhook === undefined) return `${kind} ${name}`
  const where = service === undefined ? '' : `Service ${service}, `
  return `webhook ${webhook} of ${kind} ${name} (${where}failurePolicy ${failurePolicy})`
}
