/**
 * What moves the cursor, hides, or changes the order of what is read: control characters, line and paragraph
 * separators, bidirectional controls, everything that Unicode calls default-ignorable (zero-width and filler
 * characters, soft hyphens, variation selectors, tags), annotations, and halves of characters.
 */
const HIDING =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Surrogate}]/u

/** The same, after emoji: in these, joiners and selectors belong to a picture that everybody sees. */
const EMOJI_OR_HIDING =
  /\p{RGI_Emoji}|[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Surrogate}]/gv

/** A control character of ASCII, or a run of other text; a digit before it may be a part of an emoji. */
const CONTROL_OR_RUN = /[\u0000-\u001f\u007f]|[#*0-9]?[^\u0000-\u007f]+/g

/** Replaces each hiding character by what `shown` says. */
function withoutHiding(text: string, shown: (character: string) => string): string {
  if (!HIDING.test(text)) return text
  const shownUnlessPicture = (one: string) => (HIDING.test(one) && !isPicture(one) ? shown(one) : one)
  // Emoji are looked for only where they may be: their table is long.
  return text.replace(CONTROL_OR_RUN, (run) =>
    HIDING.test(run) ? run.replace(EMOJI_OR_HIDING, shownUnlessPicture) : run,
  )
}

/** One hiding character matches as itself; an emoji with some of them in it is longer. */
const isPicture = (one: string): boolean => [...one].length > 1

/** Without the control characters that a program sends to a terminal, as a bell; line feeds and tabs stay. */
export const withoutControls = (text: string): string =>
  withoutHiding(text, (character) => (/[\n\t]/.test(character) || character > '\u001f' ? character : ''))

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')

/**
 * Makes text from a cluster safe to print: characters that move, hide or turn text become visible `\xNN`, `\uNNNN` or
 * `\u{NNNNN}`; line feeds and tabs stay unless `oneLine`.
 */
export const escapeText = (text: string, oneLine = true): string =>
  withoutHiding(text, (character) => {
    if (character === '\n') return oneLine ? '\\n' : '\n'
    if (character === '\t') return oneLine ? ' ' : '\t'
    const code = character.codePointAt(0) ?? 0
    if (code < 0x100) return `\\x${hex(code, 2)}`
    return code > 0xffff ? `\\u{${hex(code, 5)}}` : `\\u${hex(code, 4)}`
  })

/** Whether a text has something that {@link escapeText} would show, line feeds and tabs aside. */
export const hidesText = (text: string): boolean => escapeText(text, false) !== text

/** JSON with the same characters as escapes: whoever parses it gets the same data. */
export const escapeJson = (json: string): string =>
  withoutHiding(json, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(
          '',
        ),
  )

/** The same for YAML whose texts with such characters stand in double quotes. */
export const escapeYaml = (yaml: string): string =>
  withoutHiding(yaml, (character) => {
    if (character === '\n' || character === '\t') return character
    const code = character.codePointAt(0) ?? 0
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  })
