import type { Cause } from '../cause.ts'
import type { Code } from '../codes/codes.ts'
import { eventEvidence, specEvidence, statusEvidence } from '../evidence.ts'
import { describeFix, inspectFix } from '../fixes.ts'
import type { ContainerInfo } from '../pod-info.ts'

const IMAGE_REASONS: Readonly<Record<string, Code>> = {
  ErrImagePull: 'image-pull',
  ImagePullBackOff: 'image-pull',
  RegistryUnavailable: 'image-pull',
  SignatureValidationFailed: 'image-pull',
  ImageInspectError: 'image-pull',
  InvalidImageName: 'image-name',
  ErrImageNeverPull: 'image-never',
}

/** Why a pull fails, by the text of runtime and registry; the first match wins (spec/events.md B.1.1). */
const PULL_ERRORS: readonly { readonly pattern: RegExp; readonly why: string; readonly advice: string }[] = [
  {
    pattern: /toomanyrequests|429|rate limit/i,
    why: 'the registry limits how often it may be asked',
    advice: 'Pull with credentials, or through a mirror.',
  },
  {
    pattern: /no match for platform|no matching manifest/i,
    why: 'the image does not exist for the processor of the node',
    advice: 'Build it for that processor too, or select nodes that fit.',
  },
  {
    pattern: /x509|certificate/i,
    why: 'the node does not trust the certificate of the registry',
    advice: 'Install the CA on the node.',
  },
  {
    pattern: /server gave HTTP response to HTTPS client/i,
    why: 'the registry speaks plain HTTP and the node expects HTTPS',
    advice: 'Configure the registry as insecure in the runtime of the node, or give it TLS.',
  },
  {
    pattern:
      /no such host|server misbehaving|i\/o timeout|connection refused|no route to host|network is unreachable|TLS handshake timeout|context deadline exceeded|DeadlineExceeded|connection reset/i,
    why: 'the node cannot reach the registry',
    advice: 'Check the name of the registry, and DNS, proxy and network of the node.',
  },
  { pattern: /no space left/i, why: 'the disk of the node is full', advice: 'Free space on the node.' },
  {
    pattern:
      /insufficient_scope|pull access denied|unauthorized|authentication required|no basic auth|401|403|forbidden|denied/i,
    why: 'the registry refuses access',
    advice: 'Check imagePullSecrets; registries also answer so for a name that does not exist.',
  },
  {
    pattern: /not found|manifest unknown|404/i,
    why: 'the registry does not have this image or tag',
    advice: 'Check name and tag.',
  },
  {
    pattern: /QPS exceeded/i,
    why: 'the kubelet limits how often it pulls',
    advice: 'It goes away by itself.',
  },
  {
    pattern: /signature/i,
    why: 'the signature of the image is not accepted',
    advice: 'Check the image policy of the node.',
  },
]

/** Image problems of a container that waits. */
export function imageCauses(container: ContainerInfo): readonly Cause[] {
  const waiting = container.status?.state?.waiting
  const code = IMAGE_REASONS[waiting?.reason ?? '']
  if (waiting === undefined || code === undefined || container.podInfo.terminating) return []
  const { podInfo, spec } = container
  const events = podInfo.events.filter(
    ({ reason, container: name, message }) =>
      name === container.name &&
      ((reason === 'Failed' && message.startsWith('Failed to pull image')) ||
        reason === 'InspectFailed' ||
        reason === 'ErrImageNeverPull'),
  )
  const event = events.at(-1)
  const text = `${event?.message ?? ''}\n${waiting.message ?? ''}`
  const error =
    code === 'image-pull'
      ? PULL_ERRORS.find(({ pattern }) => pattern.test(withoutImage(text, spec.image ?? '')))
      : undefined
  const image = spec.image ?? ''
  return [
    {
      code,
      layer: 'image',
      container: container.name,
      severity: 'Error',
      confidence: 'Certain',
      effect: 'NotStarted',
      ...words(code, image, error),
      evidence: [
        specEvidence(container, 'image', image),
        statusEvidence(
          container,
          'state.waiting',
          [waiting.reason, waiting.message].filter(Boolean).join(': '),
        ),
        ...(event === undefined ? [] : [eventEvidence(event)]),
      ],
      fixes: [
        ...(/imagePullSecrets/.test(error?.advice ?? '') ? [secretsFix(container)] : []),
        describeFix(podInfo, 'See the whole error of the registry'),
      ],
    },
  ]
}

/** The image's own name must not be taken for a part of the error. */
const withoutImage = (text: string, image: string): string =>
  image === '' ? text : text.replaceAll(image, '')

function words(code: Code, image: string, error: { why: string; advice: string } | undefined) {
  if (code === 'image-name')
    return {
      summary: `image name "${image}" is not valid`,
      explanation:
        'The reference cannot be parsed. Capital letters, a blank, two tags, or a variable that was never replaced do that.',
    }
  if (code === 'image-never')
    return {
      summary: `image ${image} is not on the node, and imagePullPolicy is Never`,
      explanation:
        'With imagePullPolicy Never the image must be on the node beforehand. Load it there, or let the kubelet pull it.',
    }
  return {
    summary: `image ${image} cannot be pulled${error === undefined ? '' : `: ${error.why}`}`,
    explanation: `The node does not get the image, so the container cannot start. ${error?.advice ?? 'The text of the runtime says why.'}`,
  }
}

const secretsFix = ({ podInfo: { pod } }: ContainerInfo) =>
  inspectFix('See which pull secrets the pod uses', [
    'kubectl',
    'get',
    'pod',
    pod.metadata.name,
    '-n',
    pod.metadata.namespace ?? 'default',
    '-o',
    'jsonpath={.spec.imagePullSecrets}',
  ])
