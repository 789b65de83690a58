/** The engines whose schemas can be inspected, by the names of their drivers. */
export type Engine = 'postgresql' | 'mysql' | 'sql-server'

/** The SQL by which an engine answers the questions of the connect assistant. Every statement begins with SELECT. */
export type InspectionDialect = {
  quote(name: string): string
  /** One row with the text of the version, as `version`. */
  version: string
  /** Rows of schema, table, `table` or `view`, whether its schema is the default one, column, type, collation; 20,001 at most. */
  columns: string
  /** Rows of schema, table and column, for each column that is a key of its own. */
  keys: string
  /** A column as text, exactly as it is stored. */
  text(column: string): string
  /** A text without white space of ASCII around it. */
  trim(text: string): string
  lower(text: string): string
  length(text: string): string
  /** The bytes of a text, so that texts that differ in letter case or blanks are two. */
  bytes(text: string): string
  /** Whether a text of ASCII has white space or a control character in it. */
  hasSpaceOrControl(text: string): string
  /** Absent where the engine has no regular expressions: identifiers are then compared in the sandbox. */
  ascii?: {
    isAscii(text: string): string
    /** Whether a text of ASCII, trimmed, is no e-mail address. */
    isNoAddress(text: string): string
  }
  /** Whether a text is a phone number in the international form. */
  isPhoneNumber(text: string): string
  /** The start of a long text or of bytes. */
  start(column: string, length: number): string
  /** A statement with a limit on its rows; `sql` begins with SELECT. */
  limited(sql: string, rows: number): string
}

// The printable characters of ASCII without white space and `"(),:;<>@[\]`, as ranges that all engines read alike.
const local_class = `!#-''*+./0-9=?A-Z^-~-`
const label = '[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?'
const address_pattern = `^[${local_class}]+@${label}([.]${label})*$`
// A local part of more than 64 characters, or a label of more than 63. Bounds are slow: only long addresses are compared with it.
const long_part_pattern = '^[^@]{65}|@.*[A-Za-z0-9-]{64}'
const long_address = 64
const phone_pattern = '^[+][1-9][0-9 ().-]{5,20}$'
const space_pattern = '[[:space:][:cntrl:]]'

const postgresql: InspectionDialect = {
  quote: (name) => `"${name}"`,
  version: `SELECT current_setting('server_version') AS version`,
  columns: `SELECT n.nspname, c.relname, CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END,
      CASE WHEN n.nspname = current_schema() THEN 1 ELSE 0 END AS is_default, a.attname, format_type(a.atttypid, a.atttypmod), '' AS collation_name
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_t%'
      AND has_column_privilege(c.oid, a.attnum, 'SELECT')
    ORDER BY 1, 2, a.attnum LIMIT 20001`,
  keys: `SELECT n.nspname, c.relname, a.attname
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND array_length(i.indkey::smallint[], 1) = 1
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_t%'
    LIMIT 20001`,
  text: (column) => `CAST(${column} AS text) COLLATE "C"`,
  trim: (text) => `btrim(${text}, E' \\t\\n\\r\\f\\x0b')`,
  lower: (text) => `lower(${text})`,
  length: (text) => `char_length(${text})`,
  bytes: (text) => text,
  hasSpaceOrControl: (text) => `${text} ~ '${space_pattern}'`,
  ascii: {
    isAscii: (text) => `${text} !~ '[^\\x01-\\x7f]'`,
    isNoAddress: (text) =>
      `(char_length(${text}) > 254 OR ${text} !~ '${address_pattern}'
      OR (char_length(${text}) > ${long_address} AND ${text} ~ '${long_part_pattern}'))`,
  },
  isPhoneNumber: (text) => `${text} ~ '${phone_pattern}'`,
  start: (column, length) => `substring(${column} from 1 for ${length})`,
  limited: (sql, rows) => `${sql} LIMIT ${rows}`,
}

const schemas_of_mysql = `('mysql', 'information_schema', 'performance_schema', 'sys')`

const mysql: InspectionDialect = {
  quote: (name) => `\`${name}\``,
  version: 'SELECT version() AS version',
  columns: `SELECT c.table_schema, c.table_name, CASE WHEN t.table_type = 'VIEW' THEN 'view' ELSE 'table' END,
      CASE WHEN c.table_schema = database() THEN 1 ELSE 0 END AS is_default, c.column_name,
      CASE WHEN c.data_type IN ('enum', 'set') THEN c.data_type ELSE c.column_type END, c.collation_name
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE c.table_schema NOT IN ${schemas_of_mysql}
    ORDER BY 1, 2, c.ordinal_position LIMIT 20001`,
  keys: `SELECT s.table_schema, s.table_name, MIN(s.column_name)
    FROM information_schema.statistics s
    WHERE s.non_unique = 0 AND s.table_schema NOT IN ${schemas_of_mysql}
    GROUP BY s.table_schema, s.table_name, s.index_name HAVING COUNT(*) = 1 LIMIT 20001`,
  text: (column) => `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_bin`,
  trim: (text) => `TRIM(REPLACE(REPLACE(REPLACE(${text}, CHAR(9), ' '), CHAR(10), ' '), CHAR(13), ' '))`,
  lower: (text) => `LOWER(${text})`,
  length: (text) => `CHAR_LENGTH(${text})`,
  bytes: (text) => `CAST(${text} AS BINARY)`,
  hasSpaceOrControl: (text) => `${text} REGEXP '${space_pattern}'`,
  ascii: {
    isAscii: (text) => `LENGTH(${text}) = CHAR_LENGTH(${text})`,
    isNoAddress: (text) =>
      `(CHAR_LENGTH(${text}) > 254 OR ${text} NOT REGEXP '${address_pattern}'
      OR (CHAR_LENGTH(${text}) > ${long_address} AND ${text} REGEXP '${long_part_pattern}'))`,
  },
  isPhoneNumber: (text) => `${text} REGEXP '${phone_pattern}'`,
  start: (column, length) => `SUBSTRING(${column}, 1, ${length})`,
  limited: (sql, rows) => `${sql} LIMIT ${rows}`,
}

const sql_server: InspectionDialect = {
  quote: (name) => `[${name}]`,
  version: `SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(40)) AS version`,
  columns: `SELECT TOP 20001 c.TABLE_SCHEMA, c.TABLE_NAME, CASE WHEN t.TABLE_TYPE = 'VIEW' THEN 'view' ELSE 'table' END AS kind,
      CASE WHEN c.TABLE_SCHEMA = SCHEMA_NAME() THEN 1 ELSE 0 END AS is_default, c.COLUMN_NAME, c.DATA_TYPE, c.COLLATION_NAME
    FROM INFORMATION_SCHEMA.COLUMNS c
    JOIN INFORMATION_SCHEMA.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
    ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION`,
  keys: `SELECT TOP 20001 k.TABLE_SCHEMA, k.TABLE_NAME, MIN(k.COLUMN_NAME) AS COLUMN_NAME
    FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE k
    JOIN INFORMATION_SCHEMA.TABLE_CONSTRAINTS t
      ON t.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = k.CONSTRAINT_NAME
    WHERE t.CONSTRAINT_TYPE IN ('PRIMARY KEY', 'UNIQUE')
    GROUP BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME HAVING COUNT(*) = 1`,
  text: (column) => `CAST(${column} AS nvarchar(4000))`,
  trim: (text) => `LTRIM(RTRIM(${text}))`,
  lower: (text) => `LOWER(${text})`,
  length: (text) => `LEN(${text})`,
  bytes: (text) => text,
  // By its collations control characters may have no weight: they cannot be searched for.
  hasSpaceOrControl: (text) => `${text} LIKE '% %'`,
  isPhoneNumber: (text) =>
    `(${text} LIKE '+[1-9]%' AND ${text} NOT LIKE '%[^0-9 ().+-]%' AND LEN(${text}) >= 7 AND LEN(${text}) <= 22)`,
  start: (column, length) => `SUBSTRING(${column}, 1, ${length})`,
  limited: (sql, rows) => sql.replace(/^SELECT/, `SELECT TOP ${rows}`),
}

const dialects: Record<Engine, InspectionDialect> = { postgresql, mysql, 'sql-server': sql_server }

/** The dialect of an engine. */
export function inspectionDialect(engine: Engine): InspectionDialect {
  return dialects[engine]
}
