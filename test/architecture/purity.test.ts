import { describe, expect, test } from '@jest/globals'
import { files, sourceOf, withoutComments } from './sources.ts'

/** Things that only the edge may touch, so that every report is repeatable. */
const IMPURE =
  /\b(Date\.now\(|new Date\(\)|process\.(?=[a-z])|console\.(?=[a-z])|Math\.random\(|localeCompare|toLocale\w*String)/
const EDGE = /^(kube|commands)\/|^(main|progress)\.ts$/

/** A variable of a module that is filled while the program runs, and never emptied. */
const CACHE = /^(?:export )?(?:const|let) (\w+)(?:: [^=]+)? = new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\)/gm
/** Tables that are filled once, while their module is loaded. */
const FILLED_AT_LOAD = new Set(['model/kubernetes/kinds.ts'])

describe('purity', () => {
  test('only the edge knows the clock, the process and the console', () => {
    const touching = files
      .filter((file) => !EDGE.test(file) && IMPURE.test(withoutComments(sourceOf(file))))
      .map((file) => `src/${file} touches the clock, the process or the locale: take it as an argument`)
    expect(touching).toEqual([])
  })

  test('no pattern has two groups of one name, which the oldest Node that we admit cannot read', () => {
    const twice = files.flatMap((file) =>
      sourceOf(file)
        .split('\n')
        .filter((line) => {
          const names = [...line.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name)
          return new Set(names).size < names.length
        })
        .map((line) => `src/${file}: ${line.trim()}`),
    )
    expect(twice).toEqual([])
  })

  test('what is remembered belongs to an object, and is forgotten with it', () => {
    const caches = files
      .filter((file) => !FILLED_AT_LOAD.has(file))
      .flatMap((file) =>
        [...sourceOf(file).matchAll(CACHE)].map(
          ([, name]) => `src/${file} fills ${name} for ever: derive it from what it is worked out from`,
        ),
      )
    expect(caches).toEqual([])
  })
})
