import { isFields } from '../../../model/kubernetes/fields.ts'
import type { Violation } from '../validate.ts'

const isNumeral = (value: unknown): value is string => typeof value === 'string' && /^-?\d+$/.test(value)

/** What a manifest most likely meant where a value is of another type than its field takes. */
export function wrongTypeHint({ must, value }: Violation): string {
  if (must === 'be text') {
    const [key, ...others] = isFields(value) ? Object.keys(value) : []
    if (key !== undefined && others.length === 0 && isFields(value)) {
      const text = `${key}: ${typeof value[key] === 'object' ? '...' : value[key]}`
      return `The colon after "${key}" makes a mapping of it: put it in quotes, as ${JSON.stringify(text)}.`
    }
    if (typeof value === 'number' || typeof value === 'boolean')
      return `YAML takes it for ${typeof value === 'number' ? 'a number' : 'true or false'}: put it in quotes, as "${value}".`
  }
  if ((must === 'be a number' || must === 'be a whole number or text') && isNumeral(value))
    return `The quotes make a text of it: write ${value}.`
  if (must === 'be a list' && typeof value === 'string') {
    // Only a shell knows what quotes, pipes and variables in a line mean.
    const words = /^[\w\s./:=-]+$/.test(value) ? value.trim().split(/\s+/) : ['sh', '-c', value]
    return `Write a list, each word an entry of its own, as [${words.map((word) => JSON.stringify(word)).join(', ')}].`
  }
  if (must === 'be a list' && isFields(value)) return 'Begin each entry with "- ".'
  if (must === 'be an object' && Array.isArray(value))
    return 'The "- " makes a list of it: leave it out, and indent what belongs to it.'
  if (must === 'be an object' && typeof value === 'string')
    return 'Give its fields on the lines below, indented further.'
  return 'Mend it; "kubectl explain" shows what belongs there.'
}
