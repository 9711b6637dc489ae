/**
 * What varies between two messages about the same thing, in the order in which it is replaced
 * (docs/reference/events.md#A3).
 */
const VARIABLE_PARTS: readonly { readonly pattern: RegExp; readonly by: string }[] = [
  { pattern: /^\(combined from similar events\): /, by: '' },
  { pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, by: '<uid>' },
  { pattern: /\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/g, by: '<id>' },
  {
    pattern: /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d| [+-]\d{4} \w+)?/g,
    by: '<time>',
  },
  { pattern: /\b(read|write) tcp \S+->/g, by: '$1 tcp <source>->' },
  { pattern: /\[[0-9a-fA-F]*:[0-9a-fA-F:.]*\](?=:\d)/g, by: '<ip>' },
  { pattern: /\b\d{1,3}(?:\.\d{1,3}){3}\b/g, by: '<ip>' },
  // The alphabet is the one of Kubernetes' random names, which spells no words.
  { pattern: /-[4-9bcdf]{7,10}-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9])/g, by: '-<hash>' },
  { pattern: /\b(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|h|m|s))+(?![\w.])/g, by: '<duration>' },
  { pattern: /\b\d+ bytes\b/g, by: '<n> bytes' },
  { pattern: /\b(resourceVersion|RequestID|request id|requestId)([:=] ?"?)[\w-]+/gi, by: '$1$2<id>' },
]

/**
 * The message without what differs each time: ids, addresses (ports stay), times, durations, sizes, pod hashes.
 * Two events with the same result tell the same thing.
 */
export const normaliseMessage = (message: string): string =>
  VARIABLE_PARTS.reduce((text, { pattern, by }) => text.replace(pattern, by), message)

/** The same of what is said of an object that may be named in it: two objects with the same result are told the same. */
export const normaliseName = (message: string, name: string): string =>
  normaliseMessage(name === '' ? message : message.replaceAll(name, '<name>'))
