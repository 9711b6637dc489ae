/** A meaning or an advice of the catalogue with its full stop. */
export const sentence = (text: string): string => `${text}.`

/** An advice as a sentence; undefined means that there is nothing to do. */
export const adviceText = (advice: string | undefined): string => sentence(advice ?? 'Nothing to do')

/** The meaning as the end of a sentence that begins with what it is about. */
export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
