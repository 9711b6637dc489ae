/**
 * Runs the three commands on mutated objects, lists and texts, and looks for broken promises:
 * `npm run fuzz [-- --minutes 2] [--seed S] [--case K] [--parallel P] [--minimise SECONDS]
 * [--folder DIR]`. A find prints its seed and its
 * input, made as small as it went, and is kept in the folder. `--replay DIR` runs the finds of a folder again. Exit
 * code 1 where a promise was broken.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { escapeJson } from '../src/model/text/escape.ts'
import type { Complaint, FuzzCase } from '../test/fuzz/case.ts'
import { caseOf } from '../test/fuzz/generate.ts'
import { type Judge, newJudge } from '../test/fuzz/judge.ts'
import { minimised } from '../test/fuzz/minimise.ts'
import { seeds } from '../test/fuzz/seeds.ts'
import { countTests } from '../test/helpers/jest/count-tests.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string' },
    case: { type: 'string' },
    parallel: { type: 'string', default: '1' },
    minimise: { type: 'string', default: '20' },
    folder: { type: 'string', default: 'fuzz-finds' },
    replay: { type: 'string' },
  },
})

/** A find as it is kept: the case, and what was broken when it was found. */
interface Find extends FuzzCase {
  readonly broke: Complaint
}

/** What tells finds apart: the same promise, broken at the same place. Names and numbers in the words differ. */
const kindOf = ({ oracle, detail }: Complaint): string =>
  oracle === 'crash'
    ? `crash ${detail.replace(/"[^"]*"/g, '*').slice(0, 100)}`
    : `${oracle} ${detail
        .replace(/ in: .*/s, '')
        .replace(/"[^"]*"|'[^']*'|\d+/g, '*')
        .slice(0, 60)}`

async function fuzz(): Promise<number> {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000))
  const only = values.case === undefined ? undefined : Number(values.case)
  say(`seed ${seed}: npm run fuzz -- --seed ${seed} [--case K] makes the same cases again`)
  const all = seeds()
  const end = performance.now() + Number(values.minutes) * 60_000
  const known = new Map<string, number>()
  const perOracle = new Map<string, number>()
  let [next, cases] = [only ?? 0, 0]
  const work = async () => {
    const judge = newJudge()
    while (only === undefined ? performance.now() < end : next === only) {
      const index = next++
      const one = caseOf(all, seed, index)
      const complaints = await judge.judge(one, index)
      cases++
      for (const complaint of complaints) {
        const kind = kindOf(complaint)
        known.set(kind, (known.get(kind) ?? 0) + 1)
        if (known.get(kind) !== 1) continue
        perOracle.set(complaint.oracle, (perOracle.get(complaint.oracle) ?? 0) + 1)
        await keep(one, complaint, index, judge)
      }
    }
    await judge.close()
  }
  await Promise.all(Array.from({ length: Number(values.parallel) }, work))
  say(`${cases} cases, ${known.size} kinds of finds`)
  for (const [kind, count] of known) say(`  ${count} times: ${kind}`)
  countTests(cases - known.size, known.size)
  return known.size === 0 ? 0 : 1
}

async function keep(one: FuzzCase, broke: Complaint, index: number, judge: Judge): Promise<void> {
  say(`case ${index}: ${broke.oracle}: ${broke.detail.slice(0, 500)}`)
  const kind = kindOf(broke)
  const hasFault = async (smaller: FuzzCase) =>
    (await judge.judge(smaller, 0)).some((other) => kindOf(other) === kind)
  // One that never ends costs its limit for each try.
  const small = broke.oracle === 'hang' ? one : await minimised(one, hasFault, Number(values.minimise))
  const find: Find = { broke, ...small }
  const hash = createHash('sha256').update(kind).digest('hex').slice(0, 8)
  mkdirSync(values.folder, { recursive: true })
  const path = join(values.folder, `${broke.oracle}-${hash}.json`)
  writeFileSync(path, `${escapeJson(JSON.stringify(find, null, 2))}\n`)
  say(`  kept in ${path}: ${small.argv.join(' ')}`)
  const shown = JSON.stringify({ files: small.files, served: small.served })
  say(shown.length > 2000 ? `  ${shown.slice(0, 2000)}...` : `  ${shown}`)
}

/** Runs finds again, and prints a line for each: `ok NAME`, or `broken NAME: ORACLE: DETAIL`. */
async function replay(folder: string): Promise<number> {
  const judge = newJudge()
  let broken = 0
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()) {
    const { broke: _, ...one } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Find
    const [complaint] = await judge.judge(one, 0)
    if (complaint !== undefined) broken++
    say(complaint === undefined ? `ok ${name}` : `broken ${name}: ${complaint.oracle}: ${complaint.detail}`)
  }
  await judge.close()
  return broken === 0 ? 0 : 1
}

process.exitCode = values.replay === undefined ? await fuzz() : await replay(values.replay)
