/** Why a drainer refuses a node because of one of its pods. These are codes of reasons, too. */
export type RefusalCode = 'daemonset-pods' | 'daemonset-missing' | 'local-storage' | 'unmanaged-pods'

/** What a drainer warns of: what it does to which pods, although somebody may mind. */
export type WarningCode = 'daemonset-pods-ignored' | 'unmanaged-pods-deleted'
