import type { Evidence } from '../../../model/report/finding.ts'
import type { Diagnosis } from '../../cause.ts'
import { logsFix } from '../../fixes/commands.ts'
import { refusalLine, wantsCredentials } from '../../logs/lines.ts'
import type { ProbeFailure } from '../failure.ts'
import { handlerEvidence, handlerFix, isMeshProxy, seeAnswer } from './common.ts'
import { certificateMount, tlsPortHint, wantsHttps } from './protocol.ts'
import { readinessPath } from './readiness-path.ts'

/** The server answered, with a status that is not a success. */
export function judgeStatus(failure: ProbeFailure): Diagnosis {
  const status = failure.attempts.message.status ?? 0
  if (status === 401) return unauthorized(failure, status)
  if (status === 403) return forbidden(failure)
  if (status === 404) return notFound(failure)
  if (status === 400) return badRequest(failure)
  if (status >= 500) return serverError(failure)
  return otherStatus(failure, status)
}

const pathOf = ({ probe: { handler } }: ProbeFailure): string =>
  handler.kind === 'httpGet' ? handler.path : ''

const statusWords = (failure: ProbeFailure, status: number): string =>
  `${failure.probe.type} probe gets ${status} from ${pathOf(failure)} on port ${failure.port ?? '?'}`

function unauthorized(failure: ProbeFailure, status: number, evidence: readonly Evidence[] = []): Diagnosis {
  return {
    code: 'http-unauthorized',
    confidence: status === 401 ? 'Certain' : 'Likely',
    summary: `${statusWords(failure, status)}: it wants credentials`,
    explanation:
      `The application is up and answers ${status}: the path of the probe is behind authentication. The kubelet sends ` +
      'no credentials, and a token in httpHeaders would be readable by everybody who can read the pod.',
    evidence: [handlerEvidence(failure, 'path', pathOf(failure)), ...evidence],
    fixes: [
      ...seeAnswer(failure, 'See which paths answer without credentials'),
      logsFix(
        failure.container,
        'See which health path the application leaves open, then let the probe ask that one',
      ),
    ],
  }
}

/** 403 is about credentials only where something says so; web servers also answer it for a missing index page. */
function forbidden(failure: ProbeFailure): Diagnosis {
  const line = refusalLine(failure.container, 'credentials')
  const inBody = wantsCredentials(failure.attempts.message.body ?? '')
  if (line !== undefined || inBody) return unauthorized(failure, 403, line === undefined ? [] : [line])
  const folder = refusalLine(failure.container, 'folder')
  return {
    ...otherStatus(failure, 403),
    explanation: [
      'The server is up and answers 403 to the path of the probe, and nothing says that credentials are missing.',
      folder === undefined
        ? 'A web server also answers so when a folder has no index page or a file may not be read.'
        : 'Its log says why.',
    ].join(' '),
    evidence: [handlerEvidence(failure, 'path', pathOf(failure)), ...(folder === undefined ? [] : [folder])],
  }
}

function notFound(failure: ProbeFailure): Diagnosis {
  const passing = readinessPath(failure)
  return {
    code: 'http-not-found',
    confidence: 'Certain',
    summary: `${statusWords(failure, 404)}: the path does not exist`,
    explanation:
      'The application is up and answers, but it does not know the path of the probe. Often the path lacks a context ' +
      'path, moved to a management port, or was renamed in this version.' +
      (passing === undefined ? '' : ` ${passing.why}`),
    evidence: [
      handlerEvidence(failure, 'path', pathOf(failure)),
      ...(passing === undefined ? [] : [passing.evidence]),
    ],
    fixes: [
      ...(passing === undefined
        ? []
        : handlerFix(failure, `Set path ${passing.path}`, { path: passing.path })),
      ...seeAnswer(failure, 'Find the path that answers 200'),
      logsFix(
        failure.container,
        'Look for the health path in the log of the application, then set it in the probe',
      ),
    ],
  }
}

function unknownHost(failure: ProbeFailure, line: Evidence): Diagnosis {
  const diagnosis = otherStatus(failure, 400)
  return {
    ...diagnosis,
    confidence: 'Likely',
    summary: `${statusWords(failure, 400)}: it does not accept the host name of the request`,
    explanation:
      'The application accepts only host names that it knows, and the kubelet sends the IP of the pod. Name one of them in ' +
      'httpHeaders as Host. Do not set host in the probe: it would then go to another machine.',
    evidence: [...diagnosis.evidence, line],
  }
}

function badRequest(failure: ProbeFailure): Diagnosis {
  const { probe, container } = failure
  const isPlain = probe.handler.kind === 'httpGet' && probe.handler.scheme === 'HTTP'
  if (isPlain) {
    const line = refusalLine(container, 'plainHttp')
    const hint = line ?? tlsPortHint(failure)
    if (hint !== undefined) return wantsHttps(failure, line === undefined ? 'Likely' : 'Certain', [hint])
    const mount = certificateMount(container)
    if (mount !== undefined) return wantsHttps(failure, 'Possible', [mount])
  }
  const host = refusalLine(container, 'host')
  if (host !== undefined) return unknownHost(failure, host)
  return {
    ...otherStatus(failure, 400),
    // Servers of Go, nginx and Apache answer so to plain HTTP on a port that speaks TLS: docs/reference/probe-failures.md#F16.
    confidence: isPlain ? 'Possible' : 'Likely',
    explanation:
      'The server is up and finds the request itself wrong. Three causes are common: it speaks TLS and the scheme of ' +
      'the probe is HTTP, it insists on a Host header that it knows, or the path needs parameters.',
  }
}

/** The body, which only OpenShift records. */
function bodyEvidence({ attempts, container }: ProbeFailure): readonly Evidence[] {
  const body = attempts.message.body?.trim().slice(0, 300)
  return body
    ? [{ source: 'Event', object: container.podInfo.object, text: `body of the answer: ${body}` }]
    : []
}

function serverError(failure: ProbeFailure): Diagnosis {
  const { container, probe, attempts } = failure
  const { status = 500 } = attempts.message
  return {
    code: 'http-server-error',
    confidence: 'Certain',
    summary: `${statusWords(failure, status)}: the application says that it is not well`,
    explanation: [
      `The application is up, and its own health check answers ${status}. The kubelet does not record the body of the ` +
        'answer, which often names the part that fails.',
      ...(probe.type === 'liveness' ? [NOT_FOR_LIVENESS] : []),
      ...(isMeshProxy(container) ? [MESH_PROXY] : []),
    ].join(' '),
    evidence: [handlerEvidence(failure, 'path', pathOf(failure)), ...bodyEvidence(failure)],
    fixes: [...seeAnswer(failure, 'Read the body of the answer'), logsFix(container)],
  }
}

const NOT_FOR_LIVENESS =
  'A liveness probe should not ask for the health of things outside of the process: a restart cannot mend a ' +
  'database. Such checks belong in the readiness probe.'
const MESH_PROXY =
  'This container is the proxy of a service mesh: it is ready when it has its configuration from the control plane of ' +
  'the mesh, so look there first.'

const STATUS_HINTS: Readonly<Record<number, string>> = {
  405: ' 405 means that the path does not take GET requests.',
  421: ' 421 means that the server does not know the host name of the request; set it in httpHeaders as Host.',
  429: ' 429 means that a rate limit counts the probes of the kubelet.',
}

const otherStatus = (failure: ProbeFailure, status: number): Diagnosis => ({
  code: 'http-status',
  confidence: 'Certain',
  summary: statusWords(failure, status),
  explanation: `The server is up and refuses the request of the probe with ${status}.${STATUS_HINTS[status] ?? ''}`,
  evidence: [handlerEvidence(failure, 'path', pathOf(failure))],
  fixes: [
    ...seeAnswer(failure, 'Read the answer, which says what is wrong with the request'),
    logsFix(failure.container),
  ],
})

const REDIRECT_WORDS = {
  loop: {
    summary: 'is redirected in a circle',
    explanation:
      'The kubelet follows redirects within the same host, and gave up after ten. Often the application insists on ' +
      'https and sends every plain request back to itself.',
  },
  otherHost: {
    summary: 'is redirected to another host, which counts as success',
    explanation:
      'The kubelet does not follow a redirect to another host and takes it for success. So the probe passes whatever ' +
      'state the application is in.',
  },
} as const

/** The path redirects, in a circle or to another host. */
export function judgeRedirect(failure: ProbeFailure): Diagnosis {
  const words = REDIRECT_WORDS[failure.attempts.class === 'http.redirectloop' ? 'loop' : 'otherHost']
  return {
    code: 'http-redirect',
    confidence: 'Certain',
    summary: `${failure.probe.type} probe of ${pathOf(failure)} ${words.summary}`,
    explanation: words.explanation,
    evidence: [handlerEvidence(failure, 'path', pathOf(failure))],
    fixes: seeAnswer(
      failure,
      'See where it redirects to, then let the probe ask a path that answers 200 itself',
    ),
  }
}
