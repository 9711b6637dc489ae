/**
 * A URL as it may be printed and recorded: without user name and password, whether or not it has a scheme, and whatever
 * the password holds. What is no URL loses all that stands before its last `@`.
 */
export function shownUrl(url: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(url) ?? []
  return scheme + rest.slice(rest.lastIndexOf('@') + 1)
}
