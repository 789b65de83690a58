import { hasColumns, sameName, type Table } from './schema.ts'

/** A template for one table whose names can be chosen, where the columns and the tables beside it are those of a framework. */
export type Framework = { template: string; reason: string; settings: Record<string, string>; open_settings: string[] }

const laravel_tables = ['migrations', 'password_resets', 'password_reset_tokens', 'personal_access_tokens']
// Those of its modules; the users of Supabase have the same column of hashes.
const devise_columns = [
  'reset_password_token',
  'remember_created_at',
  'sign_in_count',
  'confirmed_at',
  'confirmation_token',
  'failed_attempts',
  'locked_at',
]

/** The framework that made a users table, or undefined. */
export function frameworkOf(users: Table, tables: Table[]): Framework | undefined {
  const beside = (name: string): Table | undefined =>
    tables.find((table) => table.schema === users.schema && sameName(table.bare_name, name))
  const has = (...names: string[]): boolean => hasColumns(users, names)
  if (has('password', 'last_login', 'is_superuser', 'is_active')) {
    const reason = 'its columns are those of a user model of Django'
    return { template: 'django', reason, settings: {}, open_settings: [] }
  }
  if (has('encrypted_password') && devise_columns.some((name) => has(name)) && !has('raw_app_meta_data')) {
    return {
      template: 'devise',
      reason: 'it has the column encrypted_password of Devise',
      settings: {
        ...(has('locked_at') ? { LOCKED_AT_COLUMN: 'locked_at' } : {}),
        ...(has('confirmed_at') ? {} : { EMAIL_VERIFIED_COLUMN: '', UNVERIFIED: 'allow' }),
      },
      open_settings: ['PEPPER'],
    }
  }
  const authorities = beside('authorities')
  if (has('username', 'password', 'enabled') && hasColumns(authorities, ['username', 'authority'])) {
    return {
      template: 'spring-security',
      reason: 'it has the table authorities beside it, as in Spring Security',
      settings: { AUTHORITIES_TABLE: authorities?.name ?? 'authorities' },
      open_settings: [],
    }
  }
  const is_laravel =
    has('remember_token') ||
    has('name', 'email_verified_at', 'created_at', 'updated_at') ||
    laravel_tables.some((name) => beside(name) !== undefined)
  if (has('email', 'password') && is_laravel) {
    return { template: 'laravel', reason: 'its columns are those of Laravel', settings: {}, open_settings: [] }
  }
  return undefined
}
