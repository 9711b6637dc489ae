/** `namespace/name`: how a plan names pods, budgets and the like. For live objects see `nameOf` in model. */
export const refOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`
