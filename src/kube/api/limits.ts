const MEBIBYTE = 1024 * 1024

/**
 * What the answers of a server may be at most, after decompression (docs/reading.md#bounds). A cluster of 150,000 pods
 * stays far below: 500 of its pods are some 10 MiB, and all of its lists together some GiB.
 */
export interface Limits {
  /** Bytes of one page of a list. */
  readonly pageBytes: number
  /** Bytes of a list that is asked for without pages. */
  readonly listBytes: number
  /** Bytes of any other answer. */
  readonly answerBytes: number
  /** Bytes of all answers to one reading of the cluster. */
  readonly totalBytes: number
  /** Pages of one list. */
  readonly pages: number
  /** Seconds that one reading of the cluster may take: see {@link readingSeconds}. */
  readonly readingSeconds: number
  /** Seconds for a TCP connection, the TLS handshake, and a proxy (docs/reference/reading.md#timeouts). */
  readonly connectSeconds: number
  readonly handshakeSeconds: number
  readonly proxySeconds: number
}

export const LIMITS: Limits = {
  pageBytes: 512 * MEBIBYTE,
  listBytes: 4096 * MEBIBYTE,
  answerBytes: 64 * MEBIBYTE,
  totalBytes: 16 * 1024 * MEBIBYTE,
  pages: 20_000,
  readingSeconds: 600,
  connectSeconds: 30,
  handshakeSeconds: 10,
  proxySeconds: 60,
}

/** As many requests may follow each other that each take all the time that `--request-timeout` gives to one. */
const SLOW_REQUESTS = 20

/** How long one reading of the cluster may take, in seconds: so that no server and no plugin is waited for for ever. */
export const readingSeconds = (limits: Limits, requestTimeout: number): number =>
  Math.max(limits.readingSeconds, SLOW_REQUESTS * requestTimeout)
