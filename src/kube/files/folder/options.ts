/** How files are read, and what stands in for what they do not say. */
export interface FileOptions {
  /** `-R`: also the subfolders of folders. */
  readonly recursive?: boolean
  readonly stdin: AsyncIterable<Uint8Array | string>
  /** What messages and origins call standard input: `stdin`, or `stdin (WHAT IT IS)`. */
  readonly stdinName?: string
  /** `--now`, RFC 3339. */
  readonly now?: string
  /** The real time, RFC 3339: used where neither `now` nor the input says when it was (manifests). */
  readonly clock: string
  /** `-n`: the namespace of manifests that name none; `default` without it. */
  readonly namespace?: string
  /** Of a folder, passes over what is no manifest, and reads on where something is broken. */
  readonly tolerant?: boolean
}
