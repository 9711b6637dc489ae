import { stripTypeScriptTypes } from 'node:module'

/** jest transform: Node erases the types in place, so that lines and columns stay. */
export default { process: (source) => ({ code: stripTypeScriptTypes(source) }) }
