const ports: Record<string, string> = {
  postgres: '5432',
  postgresql: '5432',
  mysql: '3306',
  mariadb: '3306',
  mssql: '1433',
  sqlserver: '1433',
}

/** The host and port that an address of a database names, as a destination of scripts; undefined where it names none. */
export function serverOf(address: string): string | undefined {
  const [, scheme = '', authority = ''] = /^(\w+):\/\/([^/?#]*)/.exec(address.trim()) ?? []
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const text = `http://${host}`
  if (host === '' || !URL.canParse(text)) return undefined
  const port = /:(\d+)$/.exec(host)?.[1] ?? ports[scheme.toLowerCase()]
  return port === undefined ? undefined : `${new URL(text).hostname}:${port}`
}
