/** The versions of Kubernetes whose sources were read, by their minor numbers: 1.31 to 1.36. */
export const [OLDEST_KNOWN, NEWEST_KNOWN] = [31, 36] as const

/** The minor number of a version of Kubernetes 1 as its components tell it: 33 of `v1.33.4-gke.1036000`, `1.33+`. */
export function minorVersion(version: string | undefined): number | undefined {
  const [, minor] = /^v?1\.(\d{1,3})(?:[.+-]|$)/.exec(version ?? '') ?? []
  return minor === undefined ? undefined : Number(minor)
}
