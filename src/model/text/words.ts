/** `1 pod`, `2 pods`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** `a`, `a and b`, `a, b and c`. */
export const listed = (items: readonly string[], word = 'and'): string =>
  items.length <= 1 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${word} ${items[items.length - 1]}`

/** The words of others as a sentence, and as a part of one. */
export const withFullStop = (text: string): string => (text.endsWith('.') ? text : `${text}.`)
export const withoutFullStop = (text: string): string => text.replace(/\.$/, '')

export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Equal for texts that differ in their figures only. */
export const withoutFigures = (text: string): string => text.replace(/\d+/g, '0')

/** The text with its line ends as spaces. */
export const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim()

const MEBIBYTE = 1024 * 1024

/** `512 MiB`, `4 GiB`, `100 bytes`. */
export function sizeText(bytes: number): string {
  if (bytes >= 1024 * MEBIBYTE && bytes % (1024 * MEBIBYTE) === 0) return `${bytes / 1024 / MEBIBYTE} GiB`
  return bytes >= MEBIBYTE ? `${Math.floor(bytes / MEBIBYTE)} MiB` : `${bytes} bytes`
}
