import { escapeText } from '../../model/text/escape.ts'

/**
 * Text of a cluster as text of GitHub-flavoured markdown, on one line and in any place: also in a table, in a heading
 * or at the start of a list item. Nothing in it is markup, HTML or a link.
 */
export const markdownText = (text: string): string =>
  escapeText(text)
    .replace(/[&<>|]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\\`*_[\]~$]/g, '\\$&')
    .replace(/^(\s*)([-+#=]|\d+(?=[.)]))/, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    )
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, (match) => `${match.slice(0, -1)}\\.`)

/** A short piece of text in code type, in any place; as plain text where it would end the code or the table cell. */
export const markdownCode = (text: string): string => {
  const safe = escapeText(text)
  return safe.trim() !== safe || safe === '' || /[`|]/.test(safe) ? markdownText(text) : `\`${safe}\``
}

/** Lines of code between fences that nothing in them can close. Ends without a line feed. */
export function codeBlock(code: string, language: 'sh' | 'text' | 'diff' | 'yaml' | 'json'): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, escapeText(code, false).replace(/\n$/, ''), fence].join('\n')
}

/** A table. Titles and cells are markdown already: `markdownText`, `markdownCode`. '' for no rows. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n')
}
