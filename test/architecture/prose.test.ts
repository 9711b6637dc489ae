import { describe, expect, test } from '@jest/globals'
import { files, sourceOf, withoutComments } from './sources.ts'

/**
 * Where text that others wrote is read: files, kubectl's output, Kubernetes' messages, applications' logs, what a user
 * types. Everything behind these places decides by codes.
 */
const EDGES: readonly { readonly place: RegExp; readonly reads: string }[] = [
  { place: /^kube\//, reads: 'files, answers of servers, and what kubectl prints' },
  { place: /^diagnosis\/(messages|logs)\//, reads: 'messages of Kubernetes, logs of applications' },
  { place: /^events\/(catalogue|facts)\//, reads: 'messages of events, each once, into codes' },
  { place: /^probes\/rules\/(exec|shared\/shell)\.ts$/, reads: 'commands of shells in manifests' },
  { place: /^model\/snapshot\/occurrence\.ts$/, reads: 'what the recorder writes before combined events' },
  { place: /^model\/(kubernetes|text)\//, reads: 'quantities, selectors, times' },
  { place: /^commands\/shared\//, reads: 'what a user types, and what oclif says' },
  { place: /^render\/(terminal|formats)\//, reads: 'nothing: it wraps and escapes text of any kind' },
]

/** Fields and variables that hold sentences. */
const SENTENCE =
  'messages?|explanation|title|why|summary|text|words|detail|sentence|effect|meaning|note|says|refusal|advice|assumptions?'
const READS =
  'includes|startsWith|endsWith|slice(?!\\(0, (?:\\d|[A-Za-z]))|substring|indexOf|match|matchAll|replace|replaceAll|split|search'

/** A sentence that is taken apart: `message.includes(`, `why?.startsWith(`, `/.../.test(explanation)`. */
const TAKEN_APART = new RegExp(
  String.raw`\b(?:${SENTENCE})\)?(?:\?\.|\.)(?:${READS})\(|\.(?:test|exec)\((?:\w+\??\.)*(?:${SENTENCE})\b`,
  'g',
)
/** Words that are looked for in whatever it is: `.includes('topology spread')`, `/never counts/`. */
const LOOKED_FOR = new RegExp(
  String.raw`\.(?:${READS})\(\s*(?:'[^'\n]*[a-z]{2} [a-z]{2}[^'\n]*'|/[^/\n]*[a-z]{2} [a-z]{2}[^/\n]*/)|/[^/\n ]*[a-z]{2} [a-z]{2}[^/\n]*/[a-z]*\.(?:test|exec)\(`,
  'g',
)

const decisionsIn = (source: string): readonly string[] => {
  const code = withoutComments(source)
  return [...code.matchAll(TAKEN_APART), ...code.matchAll(LOOKED_FOR)].map(([found]) => found)
}

describe('prose', () => {
  test('nothing behind the edge decides by sentences', () => {
    const found = files
      .filter((file) => !EDGES.some(({ place }) => place.test(file)))
      .flatMap((file) => decisionsIn(sourceOf(file)).map((code) => `src/${file}: ${code}...`))
    expect(found).toEqual([])
  })

  test.each([
    "if (message.includes('no controller')) return",
    "replacement?.why?.includes('topology spread')",
    'const inert = /never counts/.test(explanation)',
    "verdict.summary.replace('is refused', 'gets no connection')",
    'return message.slice(0, -tail.length)',
    "line.startsWith('budget needs')",
    '/untolerated taint/.test(found)',
  ])('finds a decision by a sentence: %s', (code) => {
    expect(decisionsIn(code)).not.toEqual([])
  })

  test.each([
    "codes.includes('daemonset-pods')",
    "switch (reason.code) { case 'budget-refuses': return }",
    "name.startsWith('kubectl-')",
    '// message.includes(x) was here',
    'nodes.slice(0, 4)',
    'cut short: message.slice(0, 160)',
  ])('lets codes and names pass: %s', (code) => {
    expect(decisionsIn(code)).toEqual([])
  })
})
