import { type Schema, SELECTOR, TEXTS, texts } from './parts.ts'

/** Which requests a webhook or a policy is asked about. */
const RULES: Schema = {
  items: {
    fields: {
      apiGroups: TEXTS,
      apiVersions: TEXTS,
      operations: TEXTS,
      resources: TEXTS,
      resourceNames: TEXTS,
      scope: 'text',
    },
  },
}
const CONDITIONS: Schema = { items: texts('name') }
/** Of a configuration: it has no spec. */
export const WEBHOOKS: Schema = {
  items: {
    fields: {
      name: 'text',
      clientConfig: { fields: { service: texts('name', 'namespace'), url: 'text' } },
      failurePolicy: 'text',
      matchConditions: CONDITIONS,
      namespaceSelector: SELECTOR,
      objectSelector: SELECTOR,
      rules: RULES,
    },
    required: ['name'],
  },
}
const MATCH_RESOURCES: Schema = {
  fields: {
    resourceRules: RULES,
    excludeResourceRules: RULES,
    namespaceSelector: SELECTOR,
    objectSelector: SELECTOR,
  },
}

export const WEBHOOK_KINDS: readonly string[] = [
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
]

export const ADMISSION_SPECS: Readonly<Record<string, Schema>> = {
  ValidatingAdmissionPolicy: {
    fields: { matchConstraints: MATCH_RESOURCES, matchConditions: CONDITIONS, failurePolicy: 'text' },
  },
  ValidatingAdmissionPolicyBinding: {
    fields: { policyName: 'text', validationActions: TEXTS, matchResources: MATCH_RESOURCES },
  },
}
