import { NOTHING_TO_DO } from '../attention.ts'
import { INGRESS_RELOAD_CASES } from '../cases/ingress.ts'
import { broken, ordinary, type ReasonRow, rows, SITE, suspicious } from '../types.ts'

const BALANCER = `${SITE}/tasks/access-application-cluster/create-external-load-balancer/`
const RECREATE = 'Create the Service anew, so that it gets a free address'
const INGRESS_KINDS = ['Ingress', 'Service', 'TargetGroupBinding', 'Gateway']

/** Services, endpoints, load balancers, ingress (docs/reference/events.md#B9). */
export const SERVICES: readonly ReasonRow[] = [
  ...rows({ components: [], kinds: ['Service'] }, [
    ordinary('EnsuringLoadBalancer', 'The cloud load balancer is being set up'),
    ordinary('EnsuredLoadBalancer', 'The cloud load balancer is set up'),
    broken(
      'SyncLoadBalancerFailed',
      'The cloud load balancer could not be set up',
      'Read the error of the cloud: quota, subnets, permissions or an annotation',
      { resolvedBy: ['EnsuredLoadBalancer'], docs: BALANCER },
    ),
    ordinary('UpdatedLoadBalancer', 'The load balancer knows the present nodes', 'HardlyEver'),
    broken(
      'UpdateLoadBalancerFailed',
      'The load balancer could not be told the present nodes',
      'Read the error of the cloud in the message',
      { resolvedBy: ['UpdatedLoadBalancer', 'EnsuredLoadBalancer'], notInStatus: true, docs: BALANCER },
    ),
    broken(
      'UnAvailableLoadBalancer',
      'The load balancer has no node to send traffic to',
      'Look for nodes that are not ready or excluded by label',
      // EnsuredLoadBalancer comes also where there is no node.
      { resolvedBy: ['UpdatedLoadBalancer'], notInStatus: true, docs: BALANCER },
    ),
    ordinary('DeletingLoadBalancer', 'The cloud load balancer is being deleted'),
    ordinary('DeletedLoadBalancer', 'The cloud load balancer was deleted'),
    broken(
      'DeleteLoadBalancerFailed',
      'The cloud load balancer could not be deleted, so the Service stays Terminating',
      'Read the error of the cloud in the message',
      { resolvedBy: ['DeletedLoadBalancer'], notInStatus: true, docs: BALANCER },
    ),
    suspicious(
      'FailedToUpdateEndpointSlices',
      'The endpoints of the Service could not be written; usually the next try succeeds',
      'Look for a webhook on EndpointSlices if it repeats',
    ),
    suspicious('FailedToListPods', 'The endpoint controller could not read pods', 'Look at the API server'),
    ordinary('TopologyAwareHintsEnabled', 'Traffic of the Service stays in its zone'),
    suspicious(
      'TopologyAwareHintsDisabled',
      'Traffic of the Service cannot be kept in its zone',
      'Run more endpoints, spread over the zones',
      { severity: 'Info', notInStatus: true },
    ),
    ...(
      [
        ['ClusterIPAlreadyAllocated', 'Two Services have the same cluster IP'],
        ['ClusterIPOutOfRange', 'The cluster IP of the Service is outside of every Service range'],
        ['ClusterIPNotValid', 'The cluster IP of the Service is not valid'],
        ['ServiceCIDRFull', 'No cluster IP is left in the Service range'],
        ['PortAlreadyAllocated', 'Two Services have the same node port'],
        ['PortOutOfRange', 'The node port of the Service is outside of the range'],
        ['PortRangeFull', 'No node port is left in the range'],
      ] as const
    ).map(([reason, meaning]) => broken(reason, meaning, RECREATE, { notInStatus: true })),
    ...(
      [
        ['ClusterIPNotAllocated', 'The cluster IP of the Service was not booked; this is being repaired'],
        ['PortNotAllocated', 'The node port of the Service was not booked; this is being repaired'],
      ] as const
    ).map(([reason, meaning]) =>
      suspicious(reason, meaning, 'Nothing to do, unless it repeats', {
        severity: 'Info',
        notInStatus: true,
      }),
    ),
    broken(
      'FailedToStartServiceHealthcheck',
      'kube-proxy cannot serve the health check of the Service on a node',
      'Find what uses the healthCheckNodePort there',
      { notInStatus: true },
    ),
    ordinary('IPAllocated', 'The Service got an external address'),
    ordinary('nodeAssigned', 'A node announces the external address of the Service'),
    broken(
      'AllocationFailed',
      'No external address could be given to the Service',
      'Enlarge the address pool, or name another one',
      { resolvedBy: ['IPAllocated'] },
    ),
    broken('LoadBalancerFailed', 'The load balancer of the Service failed', 'Read the message', {
      resolvedBy: ['IPAllocated'],
    }),
  ]),
  ...rows({ components: [], kinds: ['Endpoints'] }, [
    ...['FailedToCreateEndpoint', 'FailedToUpdateEndpoint'].map((reason) =>
      suspicious(reason, 'The endpoints could not be written; the next try usually succeeds', NOTHING_TO_DO, {
        severity: 'Info',
        attention: 'HardlyEver',
      }),
    ),
    suspicious('InvalidIPAddress', 'Addresses in hand-made Endpoints are not valid', 'Correct them', {
      notInStatus: true,
    }),
    suspicious('TooManyAddressesToMirror', 'Hand-made Endpoints have too many addresses', 'Split them', {
      notInStatus: true,
    }),
  ]),
  ...rows({ components: [], kinds: INGRESS_KINDS }, [
    ordinary('Sync', 'The Ingress was taken up by its controller', 'HardlyEver'),
    broken(
      'AnnotationParsingFailed',
      'An annotation of the Ingress cannot be read, so part of it is ignored',
      'Correct the annotation that the message names',
      { notInStatus: true },
    ),
    ordinary('SuccessfullyReconciled', 'The load balancer is as it should be', 'HardlyEver'),
    broken(
      'FailedBuildModel',
      'The load balancer controller cannot make out what is wanted',
      'Read the message: tags of subnets, annotations or the certificate',
      { resolvedBy: ['SuccessfullyReconciled'], notInStatus: true },
    ),
    broken(
      'FailedDeployModel',
      'The cloud refuses what the load balancer controller asks for',
      'Read the error of the cloud: permissions or quota',
      { resolvedBy: ['SuccessfullyReconciled'], notInStatus: true },
    ),
    broken(
      'BackendNotFound',
      'The Service behind the load balancer does not exist',
      'Correct its name or port',
      {
        resolvedBy: ['SuccessfullyReconciled'],
        notInStatus: true,
      },
    ),
  ]),
  ...rows({ components: ['nginx-ingress-controller'], kinds: ['Pod', 'ConfigMap'] }, [
    {
      ...ordinary('RELOAD', 'The ingress controller loaded a new configuration', 'HardlyEver'),
      cases: INGRESS_RELOAD_CASES,
      notInStatus: true,
    },
    ordinary('CREATE', 'The ingress controller read its ConfigMap', 'HardlyEver'),
    ordinary('UPDATE', 'The ingress controller read its ConfigMap again', 'HardlyEver'),
  ]),
]
