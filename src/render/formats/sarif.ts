import type { Location, Log, PhysicalLocation, ReportingDescriptor, Result } from 'sarif'
import { describeReference } from '../../model/kubernetes/reference.ts'
import type { Finding, Severity } from '../../model/report/finding.ts'
import type { ProbeReport } from '../../probes/report.ts'
import { subjectText } from '../report/subject.ts'

export interface SarifOptions {
  readonly tool: { readonly name: string; readonly version: string; readonly uri: string }
  /** `FILE:LINE` by `Kind/namespace/name`, as {@link Snapshot.origins}; empty for a cluster. */
  readonly origins: Readonly<Record<string, string>>
  /** `FILE:LINE` of a field of the object that begins at `origin`. */
  readonly sourceLocation: (origin: string, path: string) => string
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

type Sources = Pick<SarifOptions, 'origins' | 'sourceLocation'>

function resultOf(finding: Finding, ruleIndex: number, sources: Sources): Result {
  const { code, severity, confidence, subject, summary, explanation, fixes } = finding
  const { namespace = '', kind, name, container = '', probe = '' } = subject
  const advice = fixes.map(({ title }) => `- ${title}`)
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

function locationOf(finding: Finding, { origins, sourceLocation }: Sources): Location {
  const { namespace = '', kind, name, container = '', probe = '' } = finding.subject
  const origin = origins[`${kind}/${namespace}/${name}`]
  const field = fieldOf(finding)
  const physical =
    origin === undefined
      ? undefined
      : physicalLocation(field === undefined ? origin : sourceLocation(origin, field))
  const qualified = [namespace, kind, name, container, probe].filter(Boolean).join('/')
  return {
    ...(physical === undefined ? {} : { physicalLocation: physical }),
    logicalLocations: [{ name, fullyQualifiedName: qualified, kind: 'resource' }],
  }
}

/** The first field of the object itself that a finding rests on. */
const fieldOf = ({ evidence, subject }: Finding): string | undefined =>
  evidence.find(
    ({ source, object, path }) =>
      source === 'Spec' && path !== undefined && object === describeReference(subject),
  )?.path

/** Brackets would make a link (SARIF 3.11.6), and our text quotes the cluster. */
const literal = (text: string): string => text.replace(/[\\[\]]/g, '\\$&')

/** Relative paths stay relative to where the command ran, as CIs expect it. */
function physicalLocation(origin: string): PhysicalLocation | undefined {
  const [, file = '', line = ''] = /^(.*):(\d+)$/.exec(origin) ?? []
  if (file === '' || file === 'stdin') return undefined
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
