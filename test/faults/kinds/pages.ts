import { type Fault, half, list, same, slow, status, told } from './fault.ts'

/** Lists that come in pages: the tests ask for pages of one object. */
export const PAGE_FAULTS: readonly Fault[] = [
  slow(
    same('410 in the middle of the pages', ({ attempt, pass }) =>
      attempt === 2 ? pass({ code: 410, body: status(410, 'Expired', 'too old') }) : pass(),
    ),
  ),
  slow(
    told('410 for every page', ({ pass }) => pass({ code: 410, body: status(410, 'Expired', 'too old') })),
  ),
  slow(
    told('the same page for ever', ({ pass, upstream: { body } }) =>
      pass({
        body: list(body, (real) => ({ ...real, metadata: { continue: 'again' } })),
        code: 200,
      }),
    ),
  ),
  slow(
    told('the second page is refused', ({ attempt, pass }) =>
      attempt > 1 ? pass({ code: 500, body: status(500, 'InternalError', 'no') }) : pass(),
    ),
  ),
  slow(
    told('the second page is cut', ({ attempt, pass, upstream: { body } }) =>
      attempt > 1 ? pass({ body: half(body) }) : pass(),
    ),
  ),
]
