import { inNamespace, nameWord } from '../../../model/command/command.ts'
import { own } from '../../../model/kubernetes/fields.ts'
import type { Cause, Diagnosis } from '../../cause.ts'
import { eventEvidence, specEvidence, statusEvidence } from '../../evidence.ts'
import { describeFix, inspectFix } from '../../fixes/commands.ts'
import { parseFailed } from '../../messages/failed.ts'
import { type PullError, parsePullError } from '../../messages/image-pull.ts'
import { type ContainerInfo, containerEvents } from '../../pod-info.ts'

type ImageCode = 'image-pull' | 'image-name' | 'image-never'

/** By the reason that a waiting container has. */
const IMAGE_CODES: Readonly<Record<string, ImageCode>> = {
  ErrImagePull: 'image-pull',
  ImagePullBackOff: 'image-pull',
  RegistryUnavailable: 'image-pull',
  SignatureValidationFailed: 'image-pull',
  ImageInspectError: 'image-pull',
  InvalidImageName: 'image-name',
  ErrImageNeverPull: 'image-never',
}

/** Image problems of a container that waits. */
export function imageCauses(container: ContainerInfo): readonly Cause[] {
  const waiting = container.status?.state?.waiting
  const code = own(IMAGE_CODES, waiting?.reason ?? '')
  if (waiting === undefined || code === undefined || container.podInfo.terminating) return []
  const event = containerEvents(container).findLast(
    ({ reason, message }) =>
      reason === 'InspectFailed' ||
      reason === 'ErrImageNeverPull' ||
      (reason === 'Failed' && parseFailed(message) === 'Pull'),
  )
  const image = container.spec.image ?? ''
  const error = parsePullError(`${event?.message ?? ''}\n${waiting.message ?? ''}`, image)
  return [
    {
      code,
      layer: 'image',
      container: container.name,
      severity: 'Error',
      confidence: 'Certain',
      effect: 'NotStarted',
      ...IMAGE_WORDS[code](image, error),
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
        ...(code === 'image-pull' && error === 'Denied' ? [secretsFix(container)] : []),
        describeFix(container.podInfo, 'See the whole error of the registry'),
      ],
    },
  ]
}

type Words = Pick<Diagnosis, 'summary' | 'explanation'>

const IMAGE_WORDS: Readonly<Record<ImageCode, (image: string, error: PullError) => Words>> = {
  'image-name': (image) => ({
    summary: `image name "${image}" is not valid`,
    explanation:
      'The reference cannot be parsed. Capital letters, a blank, two tags, or a variable that was never replaced do that.',
  }),
  'image-never': (image) => ({
    summary: `image ${image} is not on the node, and imagePullPolicy is Never`,
    explanation:
      'With imagePullPolicy Never the image must be on the node beforehand. Load it there, or let the kubelet pull it.',
  }),
  'image-pull': (image, error) => {
    const { why, advice } = PULL_WORDS[error]
    return {
      summary: `image ${image} cannot be pulled${why === undefined ? '' : `: ${why}`}`,
      explanation: `The node does not get the image, so the container cannot start. ${advice}`,
    }
  },
}

const PULL_WORDS: Readonly<Record<PullError, { readonly why?: string; readonly advice: string }>> = {
  RateLimited: {
    why: 'the registry limits how often it may be asked',
    advice: 'Pull with credentials, or through a mirror.',
  },
  NoPlatform: {
    why: 'the image does not exist for the processor of the node',
    advice: 'Build it for that processor too, or select nodes that fit.',
  },
  UntrustedCertificate: {
    why: 'the node does not trust the certificate of the registry',
    advice: 'Install the CA on the node.',
  },
  PlainHttp: {
    why: 'the registry speaks plain HTTP and the node expects HTTPS',
    advice: 'Configure the registry as insecure in the runtime of the node, or give it TLS.',
  },
  Unreachable: {
    why: 'the node cannot reach the registry',
    advice: 'Check the name of the registry, and DNS, proxy and network of the node.',
  },
  DiskFull: { why: 'the disk of the node is full', advice: 'Free space on the node.' },
  Denied: {
    why: 'the registry refuses access',
    advice: 'Check imagePullSecrets; registries also answer so for a name that does not exist.',
  },
  NotFound: { why: 'the registry does not have this image or tag', advice: 'Check name and tag.' },
  PullQps: { why: 'the kubelet limits how often it pulls', advice: 'It goes away by itself.' },
  Signature: {
    why: 'the signature of the image is not accepted',
    advice: 'Check the image policy of the node.',
  },
  Unknown: { advice: 'The text of the runtime says why.' },
}

const secretsFix = ({ podInfo: { pod } }: ContainerInfo) =>
  inspectFix('See which pull secrets the pod uses', [
    ...['kubectl', 'get', 'pod', nameWord('Pod', pod.metadata.name), ...inNamespace(pod.metadata.namespace)],
    ...['-o', 'jsonpath={.spec.imagePullSecrets}'],
  ])
