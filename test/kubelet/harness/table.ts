import Table from 'cli-table3'
import type { Situation } from '../situations/situation.ts'
import { type Judgement, VERDICTS, type Verdict } from './judge.ts'
import type { Mended } from './mend.ts'
import { type Histories, type History, NODE_AS_A_WHOLE } from './rounds.ts'

export interface Results {
  readonly histories: Histories
  readonly replays: ReadonlyMap<string, Judgement>
  readonly mended: Mended
}

/** What came of a run, and how many of its tests failed. */
export interface Summary {
  readonly text: string
  readonly passed: number
  readonly failed: number
}

const verdictOf = (history: History | undefined): Verdict =>
  history === undefined ? 'silent' : history.wrong === undefined ? history.last.verdict : 'wrong'

/** A table with a row for each situation, then what was said instead of the truth. */
export function summarize(situations: readonly Situation[], results: Results): Summary {
  const table = new Table({ head: HEAD, style: { head: [], border: [] } })
  const notes: string[] = []
  const count: Record<Verdict, number> = { right: 0, unsure: 0, wrong: 0, silent: 0 }
  let [passed, failed] = [0, 0]
  for (const { name, truth } of [NODE_AS_A_WHOLE, ...situations]) {
    const cells = columns(name, results)
    const mended = results.mended.get(name)
    table.push([
      name,
      truth.causes.join(' or ') || 'all is well',
      ...cells.map(({ verdict }) => verdict ?? ''),
      mended === undefined ? '' : mended === '' ? 'mended' : 'not mended',
    ])
    for (const { column, verdict, said } of cells) {
      if (verdict === undefined) continue
      count[verdict]++
      if (verdict === 'right') passed++
      else if (verdict === 'wrong' || verdict === 'silent') failed++
      else passed++
      if (verdict !== 'right') notes.push(`${name}, ${column}: ${verdict}${said === '' ? '' : `: ${said}`}`)
    }
    if (mended === undefined) continue
    if (mended === '') passed++
    else failed++
    if (mended !== '') notes.push(`${name}, patch: ${mended}`)
  }
  const sum = VERDICTS.map((verdict) => `${count[verdict]} ${verdict}`)
    .reverse()
    .join(', ')
  return { text: [table.toString(), ...notes, sum].join('\n'), passed, failed }
}

const HEAD = ['situation', 'truth', 'probe-check', 'explain-events', '--replay', 'patch']

interface Cell {
  readonly column: string
  readonly verdict?: Verdict
  readonly said: string
}

function columns(name: string, { histories, replays }: Results): readonly Cell[] {
  const live = (['probe-check', 'explain-events'] as const).map((column): Cell => {
    const history = histories[column].get(name)
    const { wrong, last } = history ?? {}
    const said = wrong === undefined ? (last?.said ?? '') : `${wrong.said} [${wrong.recording}]`
    return { column, verdict: verdictOf(history), said }
  })
  const replay = replays.get(name)
  return [
    ...live,
    { column: '--replay', said: replay?.said ?? '', ...(replay && { verdict: replay.verdict }) },
  ]
}
