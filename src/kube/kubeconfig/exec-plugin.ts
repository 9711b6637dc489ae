import { type ChildProcess, spawn } from 'node:child_process'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { ServerError } from '../../model/errors.ts'
import { LONGEST_TIMER } from '../../model/text/time.ts'
import { sizeText } from '../../model/text/words.ts'
import type { ClusterFields, Env, ExecFields } from './kubeconfig.ts'

/** What an exec plugin hands out: a bearer token, a client certificate with its key, or both. */
interface Credential {
  readonly token?: string
  readonly clientCertificateData?: string
  readonly clientKeyData?: string
}

/** What client-go tells the plugin in `KUBERNETES_EXEC_INFO`, which client-node does not. */
const execInfo = (exec: ExecFields, cluster: ClusterFields, server: string, interactive: boolean): string =>
  JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1beta1',
    spec: {
      interactive,
      ...(exec.provideClusterInfo
        ? {
            cluster: {
              server,
              'tls-server-name': cluster['tls-server-name'],
              'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
              'certificate-authority-data': cluster['certificate-authority-data'],
              'proxy-url': cluster['proxy-url'],
              config: cluster.extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec')
                ?.extension,
            },
          }
        : {}),
    },
  })

/**
 * Runs the exec plugin of a user (`aws`, `gke-gcloud-auth-plugin`, `kubelogin`). Like kubectl it gets the terminal
 * to ask on, if there is one, and what it says on standard error is shown there.
 * Source: client-go plugin/pkg/client/auth/exec/exec.go, which waits for it for ever.
 * @param seconds how long it is waited for
 * @throws ServerError in kubectl's words where the plugin is missing, fails, or prints no credential
 */
export async function execCredential(
  exec: ExecFields,
  cluster: ClusterFields,
  server: string,
  env: Env,
  seconds: number,
): Promise<Credential> {
  const command = exec.command ?? ''
  const isTerminal = Boolean(process.stdin.isTTY && process.stderr.isTTY)
  const child = spawn(command, exec.args ?? [], {
    env: {
      ...env,
      ...Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: execInfo(exec, cluster, server, isTerminal),
    },
    stdio: [isTerminal ? 'inherit' : 'ignore', 'pipe', isTerminal ? 'inherit' : 'pipe'],
  })
  const output = collected(child.stdout)
  const complaint = collected(child.stderr)
  const end = await endOf(child, seconds, [output, complaint])
  if (end !== 0) throw execFailure(exec, end, complaint.text())
  return credentialIn(command, output.text())
}

/** What ends a plugin: its exit code, a signal, an error, or our patience. */
type End = number | string | { readonly gaveUp: string }

function endOf(child: ChildProcess, seconds: number, outputs: readonly Collected[]): Promise<End> {
  return new Promise((resolve) => {
    const giveUp = (gaveUp: string) => {
      // Its children may hold the pipes: nobody waits for them either.
      child.kill('SIGKILL')
      for (const stream of [child.stdout, child.stderr]) stream?.destroy()
      child.unref()
      done({ gaveUp })
    }
    const timer = setTimeout(
      () => giveUp(`gave no credential within ${seconds}s`),
      Math.min(seconds * 1000, LONGEST_TIMER),
    )
    const done = (end: End) => {
      clearTimeout(timer)
      resolve(end)
    }
    for (const output of outputs) output.onTooMuch(() => giveUp(`printed more than ${sizeText(MOST_OUTPUT)}`))
    child.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    child.on('close', (code, signal) => done(code ?? signal ?? 'unknown reason'))
  })
}

/** A credential has some KiB. */
const MOST_OUTPUT = 1024 * 1024

interface Collected {
  text(): string
  onTooMuch(then: () => void): void
}

function collected(stream: Readable | null): Collected {
  let text = ''
  let tooMuch = () => {}
  stream?.setEncoding('utf8').on('data', (more: string) => {
    text += more
    if (text.length <= MOST_OUTPUT) return
    text = ''
    tooMuch()
  })
  return {
    text: () => text,
    onTooMuch: (then) => {
      tooMuch = then
    },
  }
}

function execFailure({ command = '', installHint }: ExecFields, end: End, complaint: string): ServerError {
  const program = basename(command)
  if (end === 'ENOENT')
    return noCredentials(
      `${program} not found`,
      installHint?.trim() ||
        `The kubeconfig gets its credentials from "${program}": install it, or put it on the PATH.`,
    )
  if (typeof end === 'object')
    return noCredentials(
      `${program} ${end.gaveUp}`,
      `Run "${program}" by hand to see what it waits for; you may have to log in.`,
    )
  if (typeof end === 'string') return noCredentials(`${program} could not run: ${end}`)
  const lastLine = complaint.trim().split('\n').at(-1)
  return noCredentials(
    `${program} failed with exit code ${end}`,
    lastLine
      ? `It said: ${lastLine.slice(0, 300)}`
      : `Run "${program}" by hand to see why; you may have to log in.`,
  )
}

const noCredentials = (reason: string, hint?: string): ServerError =>
  new ServerError(`Unable to connect to the server: getting credentials: exec: executable ${reason}`, hint)

function credentialIn(command: string, output: string): Credential {
  const failure = noCredentials(
    `${basename(command)} printed no credential`,
    'It must print an ExecCredential with a token, or with a client certificate and its key.',
  )
  try {
    const { status } = JSON.parse(output) as { status?: Credential }
    if (status?.token || (status?.clientCertificateData && status.clientKeyData)) return status
  } catch {
    throw failure
  }
  throw failure
}
