import fc from 'fast-check'

/**
 * Any character of Unicode, as the `unit` of `fc.string`. What fast-check has for it (`binary`) makes a table of all
 * 1,112,064, which takes a second.
 */
export const ANY_CHARACTER: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff })
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
