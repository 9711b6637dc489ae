import { escapeJson, hidesText } from '../text/escape.ts'
import { shellCommand } from '../text/shell.ts'
import { isKindName, isObjectName } from './names.ts'

/** A word of a command that came out of the cluster: what it names decides what it may look like. */
interface NameWord {
  readonly kind: string
  readonly name: string
  /** What stands before the name in the same word: `pod/`, `spec.nodeName=`. */
  readonly before: string
}

/** A word that is ours, or a name. */
export type Word = string | NameWord

/** The name of an object as a word of its own, or behind what is ours. */
export const nameWord = (kind: string, name: string, before = ''): Word => ({ kind, name, before })

/** `-n NAMESPACE`. */
export const inNamespace = (namespace: string | undefined): readonly Word[] => [
  '-n',
  nameWord('Namespace', namespace ?? 'default'),
]

/** `-c CONTAINER`. */
export const inContainer = (container: string): readonly Word[] => ['-c', nameWord('Container', container)]

/** The kind as an argument of kubectl, `deployment`. */
export const typeWord = (kind: string): Word => ({ kind: 'Kind', name: kind, before: '' })

/** `deployment/web`. */
export const typeAndName = (kind: string, name: string): Word =>
  isKindName(kind) ? nameWord(kind, name, `${kind.toLowerCase()}/`) : typeWord(kind)

/** A value as JSON that hides nothing. */
export const jsonWord = (value: unknown): string => escapeJson(JSON.stringify(value))

function textOf(word: Word): string | undefined {
  if (typeof word === 'string') return hidesText(word) || word.includes('\t') ? undefined : word
  const { kind, name, before } = word
  if (kind === 'Kind') return isKindName(name) ? name.toLowerCase() : undefined
  return isObjectName(kind, name) ? `${before}${name}` : undefined
}

/**
 * The arguments of a command; undefined where it would name what no API server accepts, or has a character in it that a
 * terminal obeys or hides. Line feeds stay: between quotes, every POSIX shell takes them as they are.
 */
export function argvOf(words: readonly Word[]): readonly string[] | undefined {
  const texts = words.map(textOf)
  return texts.every((text) => text !== undefined) ? texts : undefined
}

/** The command for a POSIX shell; undefined as {@link argvOf}: what can't be pasted safely is not printed. */
export function commandLine(words: readonly Word[]): string | undefined {
  const argv = argvOf(words)
  return argv === undefined ? undefined : shellCommand(argv)
}

/** The same as a part of a fix. */
export function commandOf(words: readonly Word[]): { readonly command?: string } {
  const command = commandLine(words)
  return command === undefined ? {} : { command }
}
