import type { Location, Log, PhysicalLocation, ReportingDescriptor, Result } from 'sarif'
import type { Finding, Severity } from '../../model/report/finding.ts'
import type { ProbeReport } from '../../probes/report.ts'
import { placeOf, type Sources } from '../report/place.ts'
import { subjectText } from '../report/subject.ts'

export interface SarifOptions extends Sources {
  readonly tool: { readonly name: string; readonly version: string; readonly uri: string }
}

const LEVELS: Readonly<Record<Severity, Result.level>> = {
  Error: 'error',
  Warning: 'warning',
  Info: 'note',
}

/**
 * The findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for the code scanning of a CI: a
 * result has the line of the field in its manifest where there is one, and always the name of its object.
 */
export function probeSarif({ findings }: ProbeReport, { tool, ...where }: SarifOptions): Log {
  const byCode = Map.groupBy(findings, ({ code }) => code)
  const codes = [...byCode.keys()].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            version: tool.version,
            informationUri: tool.uri,
            rules: codes.flatMap((code) => byCode.get(code)?.slice(0, 1).map(ruleOf) ?? []),
          },
        },
        results: findings.map((finding) => resultOf(finding, codes.indexOf(finding.code), where)),
      },
    ],
  }
}

/** What is true of a code wherever it is found. */
const ruleOf = ({ code, docs, configuration }: Finding): ReportingDescriptor => ({
  id: code,
  shortDescription: { text: code.replaceAll('-', ' ') },
  help: { text: `kubectl probe-check --explain ${code} says what it means and what to do. See ${docs}` },
  helpUri: docs,
  properties: { tags: ['kubernetes', configuration ? 'configuration' : 'runtime'] },
})

function resultOf(finding: Finding, ruleIndex: number, sources: Sources): Result {
  const { code, severity, confidence, subject, summary, explanation, fixes } = finding
  const { namespace = '', kind, name, container = '', probe = '' } = subject
  const advice = fixes.map(({ title, assumes = [] }) => `- ${[title, ...assumes].join('. ')}`)
  const lines = [`${subjectText(subject)}: ${summary}`, explanation, ...advice].filter(Boolean)
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: literal(lines.join('\n')) },
    locations: [locationOf(finding, sources)],
    // Not of the message, whose numbers change from run to run, nor of the line, which moves.
    partialFingerprints: { 'subject/v1': [code, namespace, kind, name, container, probe].join('/') },
    properties: { confidence },
  }
}

function locationOf(finding: Finding, sources: Sources): Location {
  const { namespace = '', kind, name, container = '', probe = '' } = finding.subject
  const place = placeOf(finding, sources)
  const physical = place === undefined ? undefined : physicalLocation(place)
  const qualified = [namespace, kind, name, container, probe].filter(Boolean).join('/')
  return {
    ...(physical === undefined ? {} : { physicalLocation: physical }),
    logicalLocations: [{ name, fullyQualifiedName: qualified, kind: 'resource' }],
  }
}

/** Brackets would make a link (SARIF 3.11.6), and our text quotes the cluster. */
const literal = (text: string): string => text.replace(/[\\[\]]/g, '\\$&')

/** Relative paths stay relative to where the command ran, as CIs expect it. */
function physicalLocation(origin: string): PhysicalLocation | undefined {
  const [, file = '', line = ''] = /^(.*):(\d+)$/.exec(origin) ?? []
  if (file === '' || /^stdin( |$)/.test(file)) return undefined
  const path = file.replaceAll('\\', '/').replace(/^\.\//, '')
  const uri = path
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/')
  return {
    artifactLocation: { uri: path.startsWith('/') ? `file://${uri}` : uri },
    region: { startLine: Number(line) },
  }
}
