const keyOf = (tenant_id: string): string => `wherry.started.${tenant_id}`

/** Whether this browser hides "Get started" of a tenant. The palette and its address still open it. */
export const isStarted = (tenant_id: string): boolean => localStorage.getItem(keyOf(tenant_id)) !== null

/** Hides "Get started" of a tenant in the navigation of this browser. */
export const markStarted = (tenant_id: string): void => localStorage.setItem(keyOf(tenant_id), '1')
