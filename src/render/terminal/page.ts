import type { Style } from './style.ts'
import { hanging } from './wrap.ts'

/**
 * Our own Markdown pages for a terminal: headings and emphasis bold, code in colour and its blocks indented, links
 * with their address, paragraphs at the width of the terminal. Not for text from a cluster. Ends with a line feed.
 */
export function pageText(markdown: string, style: Style): string {
  const lines: string[] = []
  let isCode = false
  for (const line of markdown.trim().split('\n'))
    if (line.startsWith('```')) isCode = !isCode
    else if (isCode) lines.push(style.paint('cyan', `    ${line}`))
    else lines.push(blockLine(line, style))
  return `${lines.join('\n')}\n`
}

function blockLine(line: string, style: Style): string {
  const heading = /^#+ (.*)$/.exec(line)?.[1]
  if (heading !== undefined) return style.paint('bold', plain(heading))
  const [, indent = '', text = line] = /^(\s*(?:[-*] |\d+\. )?)(.*)$/.exec(line) ?? []
  return hanging(indent, inline(text, style), style.width)
}

/** Text without marks. */
const plain = (text: string): string => withLinks(text).replaceAll('**', '').replaceAll('`', '')

/** Links to other pages of ours keep their words only: there is nothing to follow in a terminal. */
const withLinks = (text: string): string =>
  text
    .replace(/\[([^\]]+)\]\((https?:[^)]+)\)/g, '$1 ($2)')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/<(https?:[^>]+)>/g, '$1')

const inline = (text: string, style: Style): string =>
  withLinks(text)
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith('`')
        ? style.paint('cyan', part.slice(1, -1))
        : part.replace(/\*\*([^*]+)\*\*/g, (_, words: string) => style.paint('bold', words)),
    )
    .join('')
