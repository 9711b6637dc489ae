import { parseDuration } from '../../model/text/time.ts'

/** Seconds of `back-off 2m40s restarting failed container=app`, the message of a container in CrashLoopBackOff. */
export function parseBackOffSeconds(message: string): number | undefined {
  const stated = /\bback-off (\S+) restarting\b/.exec(message)?.[1]
  return stated === undefined ? undefined : parseDuration(stated)
}

/** The container that a `BackOff` event is about; undefined where it is about an image. */
export const backOffContainer = (message: string): string | undefined =>
  /^Back-off restarting failed container (\S+) in pod/.exec(message)?.[1]
