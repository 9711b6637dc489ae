import { stripVTControlCharacters, styleText } from 'node:util'
import stringWidth from 'string-width'
import { drainPlan } from '../../src/drain/plan.ts'
import { readFiles } from '../../src/kube/files/files.ts'
import { indexCluster } from '../../src/model/snapshot/cluster.ts'
import { drainPlanText } from '../../src/render/drain/plan.ts'
import type { Style } from '../../src/render/terminal/style.ts'

const COLUMNS = 118
/** Of one character, in pixels: the width that is common to monospace fonts, at this size. */
const [SIZE, WIDTH, HEIGHT, MARGIN] = [13, 7.83, 18, 18]

/** Colours that can be read on the dark ground. */
const GROUND = '#0d1117'
const TEXT = '#c9d1d9'
const COLOURS: Readonly<Record<string, string>> = {
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  33: 'fill="#e3b341"',
  36: 'fill="#79c0ff"',
  1: 'font-weight="bold" fill="#ffffff"',
  2: 'fill="#8b949e"',
}

const style: Style = {
  width: COLUMNS,
  paint: (colour, text) => styleText(colour, text, { validateStream: false }),
}

/** The plan of a drain of all nodes of the example, as a terminal shows it: an SVG. */
export async function picture(): Promise<string> {
  const command = '$ kubectl drain-plan node-1 node-2 node-3 node-4'
  const snapshot = await readFiles(['examples/shop'], {
    stdin: (async function* () {})(),
    clock: '2026-11-21T03:00:00Z',
  })
  const plan = drainPlan(
    indexCluster(snapshot),
    ['node-1', 'node-2', 'node-3', 'node-4'],
    {
      ...{ force: false, ignoreDaemonsets: false, deleteEmptydirData: false, disableEviction: false },
      ...{ gracePeriodSeconds: -1, timeoutSeconds: 0, skipWaitForDeleteTimeoutSeconds: 0, podSelector: [] },
    },
    { mode: 'Rolling', onePerZone: true },
  )
  const lines = [
    style.paint('dim', command),
    '',
    ...drainPlanText(plan, { style, wide: false, noHeaders: false }).trimEnd().split('\n'),
  ]
  const widest = Math.max(...lines.map((line) => stringWidth(line)))
  const [width, height] = [Math.ceil(widest * WIDTH + 2 * MARGIN), lines.length * HEIGHT + 2 * MARGIN]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img">`,
    `<title>${escaped(`${command.slice(2)}: ${stripVTControlCharacters(lines[2] ?? '')}`)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${SIZE}" fill="${TEXT}" xml:space="preserve">`,
    ...lines.flatMap((line, index) => (line === '' ? [] : [textAt(line, MARGIN + HEIGHT * index + SIZE)])),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[<>&"]/g, (sign) => ENTITIES[sign] ?? sign)

/** A line whose words stand where the terminal puts them, whatever font there is. */
function textAt(line: string, y: number): string {
  let [column, paint] = [0, '']
  const spans: string[] = []
  for (const [, code, text = ''] of line.matchAll(/\u001b\[(\d+)m|([^\u001b]+)/g)) {
    if (code !== undefined) paint = COLOURS[code] ?? ''
    else {
      const width = stringWidth(text)
      const x = (MARGIN + column * WIDTH).toFixed(1)
      if (text.trim() !== '')
        spans.push(
          `<tspan x="${x}" textLength="${(width * WIDTH).toFixed(1)}"${paint === '' ? '' : ` ${paint}`}>${escaped(text)}</tspan>`,
        )
      column += width
    }
  }
  return `<text y="${y}">${spans.join('')}</text>`
}
