import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { CAUSE_CODES } from '../../src/diagnosis/codes/codes.ts'

const PAGES = join(import.meta.dirname, '..', '..', 'docs', 'causes')

test.each(CAUSE_CODES)('$code has a page that says the same', ({ code, title, meaning, docs }) => {
  const page = readFileSync(join(PAGES, `${code}.md`), 'utf8')
  for (const part of [`# ${code}\n`, `${title}. ${meaning}\n`, `<${docs}>`]) expect(page).toContain(part)
})

test('there are no pages of codes that are gone', () => {
  const pages = readdirSync(PAGES).filter((file) => file !== 'README.md')
  expect(pages.sort()).toEqual(CAUSE_CODES.map(({ code }) => `${code}.md`).sort())
})

/** The names that scripts may rely on. */
const PROMISED =
  'port-closed port-name-unknown bound-to-localhost probe-host http-not-found http-unauthorized http-status scheme-mismatch not-http not-grpc connection-closed http-redirect tls-client-cert unreachable http-server-error grpc-not-serving grpc-unimplemented grpc-service-unknown timeout-too-short hang slow-start startup-budget exec-timeout cpu-starved exec-command-missing exec-not-executable exec-exit-code crash oom-killed completed-restart container-command-missing poststart-failed prestop-failed slow-stop init-failed image-pull image-name image-never config-missing mount-missing pvc-unbound unschedulable-resources unschedulable-affinity unschedulable-taints unschedulable-ports unschedulable-spread sandbox-failed quota-exceeded pod-security admission-denied readiness-gate job-deadline job-backoff node-not-ready node-pressure evicted preempted'

test('every promised code exists', () => {
  const codes = CAUSE_CODES.map(({ code }) => code)
  expect(PROMISED.split(' ').filter((code) => !codes.includes(code))).toEqual([])
})
