import { event } from '../../helpers/builders.ts'
import type { FieldCase } from '../../helpers/findings.ts'
import {
  aliveWith,
  execProbe,
  killed,
  neverReady,
  podWith,
  unhealthy,
  unready,
} from '../../helpers/probes.ts'

const ID = 'e865e499bac41531c53d0b5122f4e727efac1e57a5fc95955fc9fc4435dff1d5'
const CONTAINERD = `rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${ID}": OCI runtime exec failed: exec failed: unable to start container process: `
const OLD_CONTAINERD = `rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${ID}": OCI runtime exec failed: exec failed: container_linux.go:370: starting container process caused: `
const CRIO = (cause: string) =>
  `rpc error: code = Unknown desc = command error: time="2026-11-21T11:59:00Z" level=error msg="exec failed: unable to start container process: ${cause.replaceAll('"', '\\"')}"\n, stdout: , stderr: , exit code -1`
const DOCKER =
  'OCI runtime exec failed: exec failed: container_linux.go:370: starting container process caused: '

const ERRORED = ['errored', 'errored and resulted in unknown state', 'errored and resulted in failure state']
const curl = execProbe('curl', '-f', 'http://localhost:8080')
const MISSING = 'exec: "curl": executable file not found in $PATH: unknown'

/** Commands: rows 27 to 33 and 46. */
export const EXEC_CASES: readonly FieldCase[] = [
  ...ERRORED.flatMap((verb) =>
    [
      CONTAINERD + MISSING,
      OLD_CONTAINERD + MISSING,
      CRIO('exec: "curl": executable file not found in $PATH'),
    ].map(
      (text): FieldCase => ({
        row: 27,
        when: `${verb}: ${text.replace(ID, '...')}`,
        given: aliveWith(`${verb}: ${text}`, curl),
        finds: ['Error exec-command-missing/liveness Certain Inert'],
        says: /never restarted/,
      }),
    ),
  ),
  {
    row: 27,
    when: 'combined events keep the first container',
    given: [
      podWith({ readinessProbe: execProbe('grpc_health_probe') }),
      event(
        'Unhealthy',
        `(combined from similar events): Readiness probe errored: ${OLD_CONTAINERD}exec: "grpc_health_probe": executable file not found in $PATH: unknown`,
        { count: 400 },
      ),
    ],
    finds: ['Error exec-command-missing/readiness Certain Inert'],
    says: /stays Ready/,
  },
  {
    row: 27,
    when: 'Docker counts it, so that the container is restarted for it',
    given: killed(`failed: ${DOCKER}${MISSING}`, curl),
    finds: ['Error exec-command-missing/liveness Certain Restarting'],
    saysNot: /never counts/,
  },
  {
    row: 27,
    when: 'the shell is there and the tool is not, which counts',
    given: killed('failed: /bin/sh: curl: not found', execProbe('sh', '-c', 'curl -f localhost')),
    finds: ['Error exec-command-missing/liveness Certain Restarting'],
    saysNot: /never counts/,
  },
  {
    row: 27,
    near: 'the runtime itself is in trouble',
    given: aliveWith('errored: rpc error: code = Unavailable desc = error reading from server: EOF', curl),
    finds: ['Error exec-runtime-error/liveness Likely Inert'],
  },
  {
    row: 27,
    near: 'the limit of processes is reached',
    given: aliveWith(
      `errored: ${CONTAINERD}read init-p: connection reset by peer: fork/exec /proc/self/exe: resource temporarily unavailable: unknown`,
      curl,
    ),
    finds: ['Error exec-runtime-error/liveness Likely Inert'],
  },
  {
    row: 28,
    when: 'the whole command stands in one word',
    given: aliveWith(
      `errored: ${CONTAINERD}exec: "/usr/bin/curl -f http://localhost": stat /usr/bin/curl -f http://localhost: no such file or directory: unknown`,
      execProbe('/usr/bin/curl -f http://localhost'),
    ),
    finds: ['Error exec-command-missing/liveness Certain Inert'],
    says: /one element/,
  },
  {
    row: 28,
    near: 'one word, which is a file that is not there',
    given: aliveWith(
      `errored: ${CONTAINERD}exec: "/bin/check": stat /bin/check: no such file or directory: unknown`,
      execProbe('/bin/check'),
    ),
    finds: ['Error exec-command-missing/liveness Certain Inert'],
    saysNot: /one element/,
  },
  ...[
    [`errored: ${CONTAINERD}exec: "/scripts/check.sh": permission denied: unknown`, 'Inert'],
    [`errored: ${CRIO('exec: "/scripts/check.sh": permission denied')}`, 'Inert'],
    [`errored: ${CONTAINERD}exec: "/scripts/check.sh": operation not permitted: unknown`, 'Inert'],
  ].map(
    ([text = '', effect]): FieldCase => ({
      row: 29,
      when: text.replace(ID, '...'),
      given: aliveWith(text, execProbe('/scripts/check.sh')),
      finds: [`Error exec-not-executable/liveness Certain ${effect}`],
      says: /defaultMode/,
    }),
  ),
  {
    row: 29,
    when: 'Docker of old counts it',
    given: neverReady(
      'failed: rpc error: code = 2 desc = oci runtime error: exec failed: container_linux.go:247: starting container process caused "exec: \\"/scripts/check.sh\\": permission denied"',
      execProbe('/scripts/check.sh'),
    ),
    finds: ['Error exec-not-executable/readiness Certain Unready'],
    saysNot: /never counts/,
  },
  {
    row: 29,
    near: 'the script runs, and is denied something itself',
    given: killed('failed: cat: /var/run/app.pid: Permission denied', execProbe('cat', '/var/run/app.pid')),
    finds: ['Error exec-exit-code/liveness Certain Restarting'],
  },
  {
    row: 30,
    when: 'the command is for another processor',
    given: aliveWith(
      `errored: ${CONTAINERD}exec /bin/probe: exec format error: unknown`,
      execProbe('/bin/probe'),
    ),
    finds: ['Error exec-not-executable/liveness Certain Inert'],
    says: /another processor/,
  },
  {
    row: 30,
    when: 'the same where it counts',
    given: neverReady(
      'failed: OCI runtime exec failed: exec failed: container_linux.go:349: starting container process caused "exec format error": unknown',
      execProbe('/bin/probe'),
    ),
    finds: ['Error exec-not-executable/readiness Certain Unready'],
  },
  {
    row: 30,
    when: 'the kernel refuses what runc had found, so that it counts',
    given: killed('failed: exec /bin/probe: exec format error\n', execProbe('/bin/probe')),
    finds: ['Error exec-not-executable/liveness Certain Restarting'],
    says: /"\/bin\/probe".*another processor/s,
    saysNot: /never counts/,
  },
  {
    row: 27,
    when: 'the kernel does not find the interpreter of a script that is there',
    given: neverReady('failed: exec /app/check.sh: no such file or directory', execProbe('/app/check.sh')),
    finds: ['Error exec-command-missing/readiness Certain Unready'],
    says: /whose interpreter does not exist/,
    saysNot: /never counts/,
  },
  {
    row: 27,
    near: 'the command prints such a line among others',
    given: killed(
      'failed: checking\nexec /app/check.sh: no such file or directory',
      execProbe('sh', '-c', 'check'),
    ),
    finds: ['Error exec-exit-code/liveness Certain Restarting'],
  },
  {
    row: 30,
    near: 'the command may not be executed',
    given: aliveWith(
      `errored: ${CONTAINERD}exec: "/bin/probe": permission denied: unknown`,
      execProbe('/bin/probe'),
    ),
    finds: ['Error exec-not-executable/liveness Certain Inert'],
    saysNot: /another processor/,
  },
  ...[
    'command timed out: "sh -c check" timed out after 1s',
    'command "sh -c check" timed out',
    'command timed out',
  ].map(
    (text): FieldCase => ({
      row: 31,
      when: text,
      given: neverReady(`failed: ${text}`, execProbe('sh', '-c', 'check')),
      finds: ['Error exec-timeout/readiness Certain Unready'],
    }),
  ),
  {
    row: 31,
    when: 'a runtime that reports the deadline as its own error, which does not count',
    given: aliveWith(
      'errored: rpc error: code = DeadlineExceeded desc = failed to exec in container: timeout 1s exceeded: context deadline exceeded',
      execProbe('sh', '-c', 'check'),
    ),
    finds: ['Error exec-timeout/liveness Certain Inert'],
    says: /never restarted/,
    saysNot: /counts as failure/,
  },
  {
    row: 31,
    near: 'the command gives up by itself in time',
    given: killed(
      'failed: curl: (28) Operation timed out after 900 milliseconds with 0 bytes received',
      execProbe('curl', '-m', '0.9', 'localhost'),
    ),
    finds: ['Error exec-exit-code/liveness Certain Restarting'],
  },
  {
    row: 31,
    near: 'it fails without a word: a timeout only on runtimes of old',
    given: killed('failed: ', execProbe('sh', '-c', 'check')),
    finds: ['Error exec-exit-code/liveness Likely Restarting'],
    says: /timeout/,
  },
  ...[
    "stat: cannot stat '/tmp/operator-sdk-ready': No such file or directory",
    '(error) NOAUTH Authentication required.',
    'localhost:5432 - no response',
    'cat: /tmp/healthy: No such file or directory',
  ].map(
    (text): FieldCase => ({
      row: 32,
      when: text,
      given: neverReady(`failed: ${text}`, execProbe('sh', '-c', 'check')),
      finds: ['Error exec-exit-code/readiness Certain Unready'],
      says: new RegExp(text.slice(0, 12).replace(/[()']/g, '.')),
    }),
  ),
  ...[
    'sh: mongostat: command not found',
    'sh: 1: curl: not found',
    'bash: line 1: nc: command not found',
  ].map(
    (text): FieldCase => ({
      row: 32,
      near: `a tool that the script calls is missing: ${text}`,
      given: neverReady(`failed: ${text}`, execProbe('sh', '-c', 'check')),
      finds: ['Error exec-command-missing/readiness Certain Unready'],
    }),
  ),
  {
    row: 33,
    when: 'a variable of envFrom stays as it is written',
    given: [
      unready({
        readinessProbe: execProbe('redis-cli', '-a', '$(PASSWORD)', 'ping'),
        envFrom: [{ secretRef: { name: 'redis' } }],
      }),
      unhealthy('Readiness probe failed: WRONGPASS invalid username-password pair'),
    ],
    finds: ['Error exec-exit-code/readiness Certain Unready', 'configuration exec-env-not-expanded'],
  },
  {
    row: 33,
    near: 'a literal value is expanded',
    given: [
      podWith({
        readinessProbe: execProbe('redis-cli', '-p', '$(PORT)', 'ping'),
        env: [{ name: 'PORT', value: '6379' }],
      }),
    ],
    finds: [],
  },
  {
    row: 46,
    when: 'the exit code is that of the last command of a pipe',
    given: [podWith({ livenessProbe: execProbe('sh', '-c', "curl -s localhost | awk '{print $1}'") })],
    finds: ['configuration exec-cannot-fail'],
  },
  {
    row: 46,
    near: 'the shell is told to fail for any of them',
    given: [
      podWith({
        livenessProbe: execProbe('bash', '-c', "set -o pipefail; curl -sf localhost | awk '{print $1}'"),
      }),
    ],
    finds: [],
  },
]
