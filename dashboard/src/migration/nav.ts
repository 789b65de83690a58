import type { NavEntry } from '../shell/nav-entry'

/** Migrations in the navigation. */
export const migrationNav: NavEntry = {
  path: 'migration',
  label: 'migration',
  needs: 'listMigrations',
}
