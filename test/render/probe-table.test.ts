import { describe, expect, test } from '@jest/globals'
import type { KubeObject } from '../../src/model/kubernetes/objects.ts'
import { probeCheck } from '../../src/probes/check.ts'
import { probeReportText } from '../../src/render/probes/report.ts'
import { PLAIN } from '../../src/render/terminal/style.ts'
import { clusterOf, EVERYTHING } from '../helpers/builders.ts'
import { httpProbe, runningPod, unready } from '../helpers/probes.ts'

const PROBES = { readinessProbe: httpProbe(), livenessProbe: httpProbe() }
const well = (count: number): readonly KubeObject[] =>
  Array.from({ length: count }, (_, index) => runningPod(PROBES, {}, { name: `ok-${index}` }))
const broken = unready(PROBES)

const textOf = (objects: readonly KubeObject[], wide = false) =>
  probeReportText(probeCheck(clusterOf(objects), EVERYTHING), {
    style: PLAIN,
    wide,
    noHeaders: false,
    allNamespaces: true,
  })
const rows = (text: string) => text.split('\n').filter((line) => /^shop +pod\//.test(line)).length

describe('the table of probes', () => {
  test('lists all of a few workloads', () => {
    expect(rows(textOf(well(10)))).toBe(20)
  })

  test('of many it lists what does not pass, with the rest of the same workload, and counts the others', () => {
    const text = textOf([...well(11), broken])
    expect(rows(text)).toBe(2)
    expect(text).toContain('\n22 probes of 11 workloads pass and are not listed (-o wide lists them).\n')
    expect(rows(textOf([...well(11), broken], true))).toBe(24)
  })

  test('where nothing is wrong, the first line says how many workloads were looked at, and that is all', () => {
    const text = textOf(well(500))
    expect(text).toMatch(/^All 1000 probes of 500 workloads pass\.\n/)
    expect(rows(text)).toBe(0)
    expect(text).toContain('1000 probes of 500 workloads pass and are not listed (-o wide lists them).')
  })
})
