/**
 * A URL as it may be printed and recorded: without user name and password, whether or not it has a scheme, and whatever
 * the password holds. What is no URL loses all that stands before its last `@`.
 */
export function shownUrl(url: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(url) ?? []
  return scheme + rest.slice(rest.lastIndexOf('@') + 1)
}

/** A text of others without the passwords of these URLs, as they stand there and decoded. */
export function withoutSecrets(text: string, urls: readonly string[]): string {
  const secrets = urls.flatMap((url) => {
    const userinfo = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(.*)@/is.exec(url)?.[1] ?? ''
    const password = userinfo.slice(userinfo.indexOf(':') + 1)
    return [password, decoded(password)].filter((secret) => secret.length > 2)
  })
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
