/** Where a client's secret may be opened, and nowhere else. */
export function clientSecretPlace(tenant_id: string, client_id: string): string {
  return `client/${tenant_id}/${client_id}/secret`
}
