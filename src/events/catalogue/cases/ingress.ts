import { casesWith } from './case.ts'

/** How an ingress controller took up its new configuration. */
export const INGRESS_RELOAD_CASES = casesWith({}, [
  {
    id: 'ingress-reload-failed',
    pattern: /^Error reloading/,
    meaning: 'The ingress controller cannot load its new configuration and stays with the old one',
    advice: 'Read its log: a snippet of some Ingress is usually wrong',
    severity: 'Error',
    attention: 'AtOnce',
  },
])
