import { Link, useLocation } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import styles from './link-tabs.module.css'

/** A page of several that belong together. `path` is below the address of the first, whose own is empty. */
export type LinkTab = { path: string; label: string }

/** Pages that belong together, as links in a row; the one that is shown is marked. */
export function LinkTabs({
  label,
  base,
  tabs,
}: {
  label: string
  base: string
  tabs: readonly LinkTab[]
}): ReactElement {
  const { pathname } = useLocation()
  const addressOf = ({ path }: LinkTab): string => (path === '' ? base : `${base}/${path}`)
  const shown = tabs.findLast((tab) => pathname === addressOf(tab) || pathname.startsWith(`${addressOf(tab)}/`))
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map((tab) => (
        <Link
          key={tab.path}
          to={addressOf(tab)}
          activeOptions={{ exact: true }}
          className={styles.tab}
          {...(tab === shown ? { 'aria-current': 'page' as const } : {})}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  )
}
