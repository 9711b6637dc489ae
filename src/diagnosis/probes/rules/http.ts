import type { Evidence } from '../../../model/report/finding.ts'
import { logLine } from '../../evidence.ts'
import { logsFix } from '../../fixes.ts'
import type { ProbeFailure } from '../failure.ts'
import { type Diagnosis, handlerEvidence, handlerFix, isMeshProxy, seeAnswer } from './common.ts'
import { certificateMount, tlsPortHint, wantsHttps } from './protocol.ts'
import { readinessPath } from './readiness-path.ts'

/** The server answered, with a status that is not a success. */
export function judgeStatus(failure: ProbeFailure): Diagnosis {
  const status = failure.main.message.status ?? 0
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

const AUTHENTICATION =
  /\b(unauthori[sz]ed|unauthenticated|authenticat\w*|authori[sz]ation|credentials?|bearer|jwt|oauth\w*|rbac|csrf|login|token)\b/i
const REFUSAL = /\b(403|forbidden|denied|missing|invalid|required|unauthori[sz]ed)\b/i

/** 403 is about credentials only where something says so; web servers also answer it for a missing index page. */
function forbidden(failure: ProbeFailure): Diagnosis {
  const both = new RegExp(`^(?=.*${AUTHENTICATION.source})(?=.*${REFUSAL.source})`, 'i')
  const line = logLine(failure.container, both)
  const inBody = both.test(failure.main.message.body ?? '')
  if (line !== undefined || inBody) return unauthorized(failure, 403, line === undefined ? [] : [line])
  const index = logLine(
    failure.container,
    /directory index of|index\.\w+ .*forbidden|access forbidden by rule|client denied/i,
  )
  return {
    ...otherStatus(failure, 403),
    explanation:
      'The server is up and answers 403 to the path of the probe, and nothing says that credentials are missing. ' +
      (index === undefined
        ? 'A web server also answers so when a folder has no index page or a file may not be read.'
        : 'Its log says why.'),
    evidence: [handlerEvidence(failure, 'path', pathOf(failure)), ...(index === undefined ? [] : [index])],
  }
}

function notFound(failure: ProbeFailure): Diagnosis {
  const known = readinessPath(failure)
  return {
    code: 'http-not-found',
    confidence: 'Certain',
    summary: `${statusWords(failure, 404)}: the path does not exist`,
    explanation:
      'The application is up and answers, but it does not know the path of the probe. Often the path lacks a context ' +
      'path, moved to a management port, or was renamed in this version.' +
      (known === undefined ? '' : ` ${known.why}`),
    evidence: [
      handlerEvidence(failure, 'path', pathOf(failure)),
      ...(known === undefined ? [] : [known.evidence]),
    ],
    fixes: [
      ...(known === undefined ? [] : handlerFix(failure, `Set path ${known.path}`, { path: known.path })),
      ...seeAnswer(failure, 'Find the path that answers 200'),
      logsFix(
        failure.container,
        'Look for the health path in the log of the application, then set it in the probe',
      ),
    ],
  }
}

const TLS_LOG =
  /HTTP request to an HTTPS server|plain HTTP request (?:was sent )?to HTTPS port|TLS handshake error|speaking plain HTTP to an SSL|unsupported protocol.*ssl|http request received on https port/i

/** What frameworks log when they refuse the name in the Host header (spec/failures.md 20). */
const HOST_LOG =
  /DisallowedHost|Invalid HTTP_HOST|ALLOWED_HOSTS|Invalid host(?:name)? header|Blocked hosts?:|host (?:header )?not allowed|untrusted host/i

function unknownHost(failure: ProbeFailure, line: Evidence): Diagnosis {
  const verdict = otherStatus(failure, 400)
  return {
    ...verdict,
    confidence: 'Likely',
    summary: `${statusWords(failure, 400)}: it does not accept the host name of the request`,
    explanation:
      'The application accepts only host names that it knows, and the kubelet sends the IP of the pod. Name one of them in ' +
      'httpHeaders as Host. Do not set host in the probe: it would then go to another machine.',
    evidence: [...(verdict.evidence ?? []), line],
  }
}

function badRequest(failure: ProbeFailure): Diagnosis {
  const { probe, container } = failure
  if (probe.handler.kind === 'httpGet' && probe.handler.scheme === 'HTTP') {
    const line = logLine(container, TLS_LOG)
    const hint = line ?? tlsPortHint(failure)
    if (hint !== undefined) return wantsHttps(failure, line === undefined ? 'Likely' : 'Certain', [hint])
    const mount = certificateMount(container)
    if (mount !== undefined) return wantsHttps(failure, 'Possible', [mount])
  }
  const host = logLine(container, HOST_LOG)
  if (host !== undefined) return unknownHost(failure, host)
  return {
    ...otherStatus(failure, 400),
    confidence: 'Likely',
    explanation:
      'The server is up and finds the request itself wrong. Three causes are common: it speaks TLS and the scheme of ' +
      'the probe is HTTP, it insists on a Host header that it knows, or the path needs parameters.',
  }
}

/** The body, which only OpenShift records. */
function bodyEvidence({ main, container }: ProbeFailure): readonly Evidence[] {
  const body = main.message.body?.trim().slice(0, 300)
  return body
    ? [{ source: 'Event', object: container.podInfo.object, text: `body of the answer: ${body}` }]
    : []
}

function serverError(failure: ProbeFailure): Diagnosis {
  const { message } = failure.main
  const dependency =
    failure.probe.type === 'liveness'
      ? ' A liveness probe should not ask for the health of things outside of the process: a restart cannot mend a ' +
        'database. Such checks belong in the readiness probe.'
      : ''
  const mesh = isMeshProxy(failure.container)
    ? ' This container is the proxy of a service mesh: it is ready when it has its configuration from the control plane of ' +
      'the mesh, so look there first.'
    : ''
  return {
    code: 'http-server-error',
    confidence: 'Certain',
    summary: `${statusWords(failure, message.status ?? 500)}: the application says that it is not well`,
    explanation:
      `The application is up, and its own health check answers ${message.status}. The kubelet does not record the body of ` +
      `the answer, which often names the part that fails.${dependency}${mesh}`,
    evidence: [handlerEvidence(failure, 'path', pathOf(failure)), ...bodyEvidence(failure)],
    fixes: [...seeAnswer(failure, 'Read the body of the answer'), logsFix(failure.container)],
  }
}

function otherStatus(failure: ProbeFailure, status: number): Diagnosis {
  const hint: Readonly<Record<number, string>> = {
    405: ' 405 means that the path does not take GET requests.',
    421: ' 421 means that the server does not know the host name of the request; set it in httpHeaders as Host.',
    429: ' 429 means that a rate limit counts the probes of the kubelet.',
  }
  return {
    code: 'http-status',
    confidence: 'Certain',
    summary: `${statusWords(failure, status)}`,
    explanation: `The server is up and refuses the request of the probe with ${status}.${hint[status] ?? ''}`,
    evidence: [handlerEvidence(failure, 'path', pathOf(failure))],
    fixes: [
      ...seeAnswer(failure, 'Read the answer, which says what is wrong with the request'),
      logsFix(failure.container),
    ],
  }
}

export function judgeRedirect(failure: ProbeFailure): Diagnosis {
  const loop = failure.main.class === 'http.redirectloop'
  return {
    code: 'http-redirect',
    confidence: 'Certain',
    summary: loop
      ? `${failure.probe.type} probe of ${pathOf(failure)} is redirected in a circle`
      : `${failure.probe.type} probe of ${pathOf(failure)} is redirected to another host, which counts as success`,
    explanation: loop
      ? 'The kubelet follows redirects within the same host, and gave up after ten. Often the application insists on ' +
        'https and sends every plain request back to itself.'
      : 'The kubelet does not follow a redirect to another host and takes it for success. So the probe passes whatever ' +
        'state the application is in.',
    evidence: [handlerEvidence(failure, 'path', pathOf(failure))],
    fixes: seeAnswer(
      failure,
      'See where it redirects to, then let the probe ask a path that answers 200 itself',
    ),
  }
}
