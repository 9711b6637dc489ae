import { Document, Scalar, visit } from 'yaml'
import { escapeYaml, hidesText } from '../../model/text/escape.ts'

/**
 * A value of JSON as YAML, of which nothing is hidden: what a terminal would obey or swallow is an escape. Ends with a
 * line feed.
 */
export function yamlText(value: object): string {
  // JSON first: the value then has no shared parts, which YAML would print as anchors.
  const document = new Document(JSON.parse(JSON.stringify(value)))
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && hidesText(node.value)) node.type = Scalar.QUOTE_DOUBLE
    },
  })
  return escapeYaml(document.toString({ lineWidth: 0 }))
}
