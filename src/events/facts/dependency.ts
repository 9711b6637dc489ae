/** The Service behind a webhook. */
export interface ServiceReference {
  readonly namespace: string
  readonly name: string
}

/** Something outside of the workloads that did not do its part, as the API server or the kubelet names it. */
export type FailedDependency =
  | { readonly type: 'WebhookDown'; readonly name: string; readonly service?: ServiceReference }
  | { readonly type: 'WebhookDenied'; readonly name: string }
  | { readonly type: 'QuotaExceeded'; readonly name: string }
  | {
      readonly type: 'RegistryFailed'
      /** The host of the registry. */
      readonly name: string
      /** What the container runtime says of it. */
      readonly error: string
    }

const WEBHOOK_DOWN = /failed calling webhook "([^"]+)"/
const WEBHOOK_DENIED = /admission webhook "([^"]+)" denied the request/
const QUOTA_EXCEEDED = /exceeded quota: ([^,\s]+)/
/** The errors that are no fault of the image: the registry is down, limits or refuses, or cannot be reached. */
const REGISTRY_FAILED =
  /^Failed to pull image "([^"]+)".*(?:no such host|i\/o timeout|connection refused|TLS handshake timeout|network is unreachable|no route to host|registry is unavailable|RegistryUnavailable|toomanyrequests|\b429\b|x509:|server gave HTTP response to HTTPS client)/s
const PULL_ERROR = /^Failed to pull image "[^"]+": ([\s\S]*)$/
/** `Post "https://policy.kyverno.svc:443/..."`. */
const SERVICE_URL = /https:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc\b/

/** The dependencies that a message blames and that several workloads may share; empty where it blames none. */
export function failedDependencies(message: string): readonly FailedDependency[] {
  const down = WEBHOOK_DOWN.exec(message)?.[1]
  const denying = WEBHOOK_DENIED.exec(message)?.[1]
  const quota = QUOTA_EXCEEDED.exec(message)?.[1]
  const image = REGISTRY_FAILED.exec(message)?.[1]
  return [
    ...(down === undefined ? [] : [{ type: 'WebhookDown', name: down, ...serviceOf(message) } as const]),
    ...(denying === undefined ? [] : [{ type: 'WebhookDenied', name: denying } as const]),
    ...(quota === undefined ? [] : [{ type: 'QuotaExceeded', name: quota } as const]),
    ...(image === undefined ? [] : [registryFailure(image, message)]),
  ]
}

const registryFailure = (image: string, message: string): FailedDependency => ({
  type: 'RegistryFailed',
  name: registryOf(image),
  error: PULL_ERROR.exec(message)?.[1] ?? message,
})

function serviceOf(message: string): { readonly service?: ServiceReference } {
  const [, name, namespace] = SERVICE_URL.exec(message) ?? []
  return name === undefined || namespace === undefined ? {} : { service: { namespace, name } }
}

/** `registry.example.com:5000/team/app:1` → its host; Docker Hub where there is none. */
function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/')
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io'
}
